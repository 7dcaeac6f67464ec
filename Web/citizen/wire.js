// Names this page uses for the wire's shapes. The generated Web/signaling/messages.js says what they are; below it, the HTTP answers.

/** @typedef {import('../signaling/messages.js').SessionKind} Kind */
/** @typedef {import('../signaling/messages.js').HallView} Hall */
/** @typedef {import('../signaling/messages.js').ItemReference} ItemReference */
/** @typedef {import('../signaling/messages.js').TicketView} Ticket */
/** @typedef {import('../signaling/messages.js').TicketState} TicketState */
/** @typedef {import('../signaling/messages.js').PlaceView} Place */
/** @typedef {import('../signaling/messages.js').SpokenLanguage} SpokenLanguage */
/** @typedef {import('../signaling/messages.js').PriorityGround} PriorityGround */
/** What a citizen may ask for before taking a ticket. @typedef {{ language?: SpokenLanguage, priority?: PriorityGround }} Wish */
/** @typedef {import('../signaling/messages.js').CatalogueItem & { openings?: { hall_id: string, opening: Opening }[], adopted?: { hall_id: string, version: number }[] }} Item */
/** @typedef {import('../signaling/messages.js').MaterialRequirement} Material */
/** @typedef {import('../signaling/messages.js').MaterialEntryView} MaterialEntry */
/** @typedef {import('../signaling/messages.js').FileView} FileView */
/** @typedef {import('../signaling/messages.js').OutcomeView} Outcome */
/** @typedef {import('../signaling/messages.js').OutcomeEntryView} OutcomeEntry */
/** @typedef {import('../signaling/messages.js').ChatMessageView} ChatMessage */
/** @typedef {import('../signaling/messages.js').CaseView} Matter */
/** @typedef {import('../signaling/messages.js').CaseFieldKey} CaseFieldKey */
/** @typedef {import('../signaling/messages.js').CorrectionView} Correction */
/** @typedef {import('../signaling/messages.js').StillView} Still */
/** @typedef {import('../signaling/messages.js').NoticeView} Notice */
/** @typedef {import('../signaling/messages.js').FindingView} Finding */
/** @typedef {import('../signaling/messages.js').Verdict} Verdict */
/** @typedef {import('../signaling/messages.js').SessionView} Session */
/** @typedef {{ ticket?: Ticket, materials?: MaterialEntry[], matter?: Matter, session?: Session, appointments?: Appointment[] }} Snapshot */

/** @typedef {import('../signaling/messages.js').OpeningView} Opening */
/** @typedef {Hall & { waiting: number, seats_open: number, opening?: Opening, guests_may_consult?: boolean, guests_may_pre_review?: boolean }} HallNow */
/** Who is signed in. @typedef {{ name: string, assurance?: 'guest' | 'verified' }} Me */
/** @typedef {{ id: string, name: string, audience: 'citizen' | 'staff' }} IdentityProvider */
/**
 * @typedef {{ code: string, version: number, name: string, name_english?: string, category: string, applicants: string[],
 *   kinds: Kind[], material_count: number, verified: boolean }} CatalogueRow
 */
/** @typedef {{ warning: string, halls: Hall[], items: CatalogueRow[] }} Catalogue */
/**
 * @typedef {{ case_number: string, item: ItemReference, hall: Hall, kind: Kind, opened_at: string, outcomes: Outcome[],
 *   visits: { started_at: string, ended_at?: string, seat_number: string, disposition?: string }[], notices?: Notice[], live?: boolean }} CaseRecord
 */
/**
 * One of the citizen's own cases. `live`: a ticket or a talk of it is under way.
 * @typedef {{ case_id: string, case_number: string, item: ItemReference, hall: Hall, opened_at: string,
 *   outcome_result?: Outcome['result'], version?: number, live: boolean }} OwnCase
 */


/** @typedef {import('../signaling/messages.js').AppointmentState} AppointmentState */
/** @typedef {import('../signaling/messages.js').AppointmentView & { hall: { address?: string } }} Appointment */
/** @typedef {{ starts_at: string, ends_at: string, free: number }} Slot */
/**
 * `next`: the first time of all that can be booked; `reason`: why there is none.
 * @typedef {{ hall_id: string, slot_minutes: number, zone: string, first_date: string, last_date: string, days: { date: string, slots: Slot[] }[],
 *   next?: string | null, reason?: 'no-schedule' | 'calendar-missing' | 'all-taken' | null, missing_year?: number | null }} SlotsAnswer
 */

export {};
