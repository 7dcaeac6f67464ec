import SignalingProtocol

/// Who may: one row for every route and for every kind of message that clients send. What has no row nobody may.
enum AccessTable {
    /// By method and pattern.
    static let routes: [(route: String, access: Access)] = [
        // For everybody.
        ("GET /healthz", .everybody),
        ("GET /readyz", .everybody),
        ("GET /api/v1/openapi.json", .everybody),
        ("GET /api/v1/catalogue", .everybody),
        ("GET /api/v1/catalogue/{code}", .everybody),
        ("GET /api/v1/catalogue/{code}/ways", .everybody),
        ("GET /api/v1/halls", .everybody),
        ("GET /api/v1/halls/{hall}/slots", .everybody),
        ("GET /api/v1/consent-texts", .everybody),
        // Number and code, or the address itself, are the key.
        ("POST /api/v1/cases/look-up", .everybody),
        ("POST /api/v1/cases/erase", .everybody),
        ("POST /api/v1/notices/view", .everybody),
        ("POST /api/v1/notices/pdf", .everybody),
        ("POST /api/v1/notices/verify", .everybody),
        ("GET /calendars/shifts/{calendar}", .everybody),

        // Signing in and out.
        ("POST /api/v1/citizen/sign-in", .everybody),
        ("POST /api/v1/citizen/sign-out", .everybody),
        ("GET /api/v1/citizen/me", .citizen),
        // One's own data.
        ("GET /api/v1/citizen/consents", .citizen),
        ("POST /api/v1/citizen/consents", .citizen),
        ("GET /api/v1/citizen/copy", .citizen),
        ("POST /api/v1/citizen/erasure", .citizen),
        ("POST /api/v1/staff/sign-in", .everybody),
        ("POST /api/v1/staff/sign-out", .everybody),
        ("GET /api/v1/staff/me", .account),
        ("POST /api/v1/staff/password", .account),
        ("POST /api/v1/staff/second-factor", .everybody),
        ("GET /api/v1/staff/security", .ownSecurity),
        ("POST /api/v1/staff/security/codes", .ownSecurity),
        ("POST /api/v1/staff/security/codes/confirm", .ownSecurity),
        ("POST /api/v1/staff/security/passkeys", .ownSecurity),
        ("POST /api/v1/staff/security/passkeys/confirm", .ownSecurity),
        ("POST /api/v1/staff/security/second-factors/{id}/remove", .ownSecurity),
        ("POST /api/v1/staff/security/recovery-codes", .ownSecurity),

        // By a provider of identities. What comes back is bound to the browser that went; a sign-out is signed by the provider.
        ("GET /api/v1/identity-providers", .everybody),
        ("GET /api/v1/oidc/{provider}/start", .everybody),
        ("GET /api/v1/oidc/{provider}/callback", .everybody),
        ("POST /api/v1/oidc/{provider}/back-channel-logout", .everybody),
        ("GET /api/v1/demonstration/identity/people", .everybody),
        ("POST /api/v1/demonstration/identity/choice", .everybody),

        // Cases, files, notices.
        ("GET /api/v1/cases", .citizen),
        ("GET /api/v1/cases/{case}", .citizen),
        ("POST /api/v1/cases/continue", .citizen),
        ("POST /api/v1/cases/{case}/materials/{material}/files", .citizen),
        ("POST /api/v1/cases/{case}/stills/{still}", .citizen),
        ("GET /api/v1/files/{file}", .citizenOrStaff),
        ("GET /api/v1/notices/{number}/pdf", .citizenOrStaff),
        ("GET /api/v1/sessions/{session}/history", .agent),
        ("POST /api/v1/cases/{case}/fields/{field}/reveal", .agent),
        ("POST /api/v1/sessions/{session}/stills/{still}", .agent),
        ("POST /api/v1/sessions/{session}/relay-credentials", .citizenOrStaff),

        // Handing in, also from a telephone.
        ("POST /api/v1/cases/{case}/hand-over", .citizen),
        ("DELETE /api/v1/cases/{case}/hand-over", .citizen),
        ("POST /api/v1/hand-over", .everybody),
        ("GET /api/v1/hand-over", .phone),
        ("DELETE /api/v1/hand-over/files/{file}", .phone),
        ("OPTIONS /api/v1/uploads", .everybody),
        ("OPTIONS /api/v1/uploads/{upload}", .everybody),
        ("POST /api/v1/uploads", .citizenOrPhone),
        ("HEAD /api/v1/uploads/{upload}", .citizenOrPhone),
        ("PATCH /api/v1/uploads/{upload}", .citizenOrPhone),
        ("DELETE /api/v1/uploads/{upload}", .citizenOrPhone),
        ("POST /api/v1/uploads/{upload}", .citizenOrPhone),

        // Appointments.
        ("GET /api/v1/appointments", .citizen),
        ("POST /api/v1/appointments", .citizen),
        ("POST /api/v1/appointments/{appointment}/book", .citizen),
        ("POST /api/v1/appointments/{appointment}/cancel", .citizen),
        ("POST /api/v1/appointments/{appointment}/check-in", .citizen),
        ("GET /api/v1/appointments/{appointment}/calendar.ics", .citizen),
        ("GET /api/v1/admin/halls/{hall}/appointments", .hallAdministrator),

        // Agents' own.
        ("GET /api/v1/staff/seats", .agent),
        ("GET /api/v1/staff/shifts", .agent),
        ("POST /api/v1/staff/shift-calendar", .agent),
        ("GET /api/v1/staff/leaves", .agent),
        ("POST /api/v1/staff/leaves", .agent),
        ("POST /api/v1/staff/leaves/{leave}/withdraw", .agent),
        ("GET /api/v1/staff/swaps", .agent),
        ("POST /api/v1/staff/swaps", .agent),
        ("POST /api/v1/staff/swaps/{swap}/answer", .agent),
        ("POST /api/v1/staff/swaps/{swap}/withdraw", .agent),

        // The floor.
        ("GET /api/v1/admin/halls/{hall}/floor", .hallSupervisor),
        ("POST /api/v1/admin/halls/{hall}/floor/tasks/{task}/take", .hallSupervisor),
        ("POST /api/v1/admin/halls/{hall}/floor/tasks/{task}/close", .hallSupervisor),
        ("POST /api/v1/admin/halls/{hall}/floor/seats/{seat}/not-ready", .hallSupervisor),
        ("POST /api/v1/admin/halls/{hall}/floor/tickets/{ticket}/move", .hallSupervisor),
        ("POST /api/v1/admin/halls/{hall}/floor/sessions/{session}/end", .hallSupervisor),

        // Sessions, figures.
        ("GET /api/v1/admin/overview", .administrator),
        ("GET /api/v1/admin/tasks", .administrator),
        ("GET /api/v1/admin/sessions/{session}", .administrator),
        ("GET /api/v1/admin/cases/{number}/export", .administrator),
        ("GET /api/v1/admin/figures", .administrator),
        ("GET /api/v1/admin/figures.csv", .administrator),
        ("GET /api/v1/admin/sessions", .administrator),
        ("GET /api/v1/admin/sessions.csv", .administrator),

        // Who did what.
        ("GET /api/v1/admin/audit", .auditAdministrator),
        ("GET /api/v1/admin/audit.csv", .auditAdministrator),

        // Hours.
        ("GET /api/v1/admin/calendars", .administrator),
        ("PUT /api/v1/admin/calendars/{year}", .administrator),
        ("GET /api/v1/admin/halls/{hall}/schedule", .hallAdministrator),
        ("POST /api/v1/admin/halls/{hall}/schedule/draft/changes", .hallAdministrator),
        ("POST /api/v1/admin/halls/{hall}/schedule/draft/undo", .hallAdministrator),
        ("POST /api/v1/admin/halls/{hall}/schedule/draft/redo", .hallAdministrator),
        ("POST /api/v1/admin/halls/{hall}/schedule/draft/discard", .hallAdministrator),
        ("POST /api/v1/admin/halls/{hall}/schedule/draft/check", .hallAdministrator),
        ("POST /api/v1/admin/halls/{hall}/schedule/draft/publish", .hallAdministrator),
        ("GET /api/v1/admin/halls/{hall}/schedule/versions", .hallAdministrator),
        ("GET /api/v1/admin/halls/{hall}/schedule/versions/{version}", .hallAdministrator),
        ("POST /api/v1/admin/halls/{hall}/schedule/versions/{version}/restore", .hallAdministrator),
        ("GET /api/v1/admin/halls/{hall}/schedule/week", .hallAdministrator),
        ("GET /api/v1/admin/halls/{hall}/leaves", .hallAdministrator),
        ("POST /api/v1/admin/halls/{hall}/leaves/{leave}/decision", .hallAdministrator),
        ("GET /api/v1/admin/halls/{hall}/swaps", .hallAdministrator),
        ("POST /api/v1/admin/halls/{hall}/swaps/{swap}/decision", .hallAdministrator),
        ("POST /api/v1/admin/halls/{hall}/rehearsals", .hallAdministrator),
        ("GET /api/v1/admin/halls/{hall}/rehearsals/{rehearsal}", .hallAdministrator),
        ("DELETE /api/v1/admin/halls/{hall}/rehearsals/{rehearsal}", .hallAdministrator),

        // The catalogue.
        ("GET /api/v1/admin/catalogue", .administrator),
        ("GET /api/v1/admin/catalogue/{item}", .administrator),
        ("GET /api/v1/admin/catalogue/{item}/differences", .administrator),
        ("GET /api/v1/admin/catalogue/{item}/versions/{version}", .administrator),
        ("PUT /api/v1/admin/catalogue/{item}/draft", .administrator),
        ("POST /api/v1/admin/catalogue/{item}/draft/discard", .administrator),
        ("POST /api/v1/admin/catalogue/{item}/draft/publish", .administrator),
        ("POST /api/v1/admin/catalogue/{item}/withdraw", .administrator),
        ("POST /api/v1/admin/catalogue/{item}/restore", .administrator),
        ("GET /api/v1/admin/catalogue-export", .administrator),
        ("POST /api/v1/admin/catalogue-import/preview", .administrator),
        ("POST /api/v1/admin/catalogue-import/commit", .administrator),
        ("POST /api/v1/admin/halls/{hall}/adopt", .hallAdministrator),
        ("POST /api/v1/admin/halls/{hall}/planned-adoptions/cancel", .hallAdministrator),

        // Halls, seats, people.
        ("GET /api/v1/admin/halls", .administrator),
        ("POST /api/v1/admin/halls", .administrator),
        ("PATCH /api/v1/admin/halls/{hall}", .hallAdministrator),
        ("GET /api/v1/admin/halls/{hall}/place", .hallAdministrator),
        ("PUT /api/v1/admin/halls/{hall}/place", .hallAdministrator),
        ("GET /api/v1/admin/halls/{hall}/seats", .hallAdministrator),
        ("POST /api/v1/admin/halls/{hall}/seats", .hallAdministrator),
        ("PATCH /api/v1/admin/halls/{hall}/seats/{seat}", .hallAdministrator),
        ("POST /api/v1/admin/halls/{hall}/seats/{seat}/withdraw", .hallAdministrator),
        ("POST /api/v1/admin/halls/{hall}/seats/{seat}/restore", .hallAdministrator),
        ("GET /api/v1/admin/people", .administrator),
        ("POST /api/v1/admin/people", .administrator),
        ("PATCH /api/v1/admin/people/{id}", .administrator),
        ("DELETE /api/v1/admin/people/{id}", .administrator),
        ("POST /api/v1/admin/people/{id}/suspend", .administrator),
        ("POST /api/v1/admin/people/{id}/restore", .administrator),
        ("POST /api/v1/admin/people/{id}/reset-password", .administrator),
        ("POST /api/v1/admin/people/{id}/second-factor/reset", .administrator),
        ("POST /api/v1/admin/people/{id}/unlock", .administrator),
    ]

    static let messages: [(kind: MessageKind, access: MessageAccess)] = [
        (.hello, .signedIn),
        (.ack, .citizenOrAgent),
        (.heartbeatAck, .citizenOrAgent),
        (.ticketTake, .citizen),
        (.ticketCancel, .citizen),
        (.ticketLeave, .citizen),
        (.ticketConfirm, .citizen),
        (.ticketRevive, .citizen),
        (.seatSignOn, .agent),
        (.seatSignOff, .agent),
        (.seatReady, .agent),
        (.seatNotReady, .agent),
        (.seatHelp, .agent),
        (.reservationAccept, .agent),
        (.reservationReject, .agent),
        (.sessionJoin, .citizen),
        (.sessionHold, .agent),
        (.sessionResume, .agent),
        (.sessionTransfer, .agent),
        (.sessionEnd, .citizenOrAgent),
        (.sessionWrapUp, .agent),
        (.sessionMediaRenew, .citizenOrAgent),
        (.consultStart, .agent),
        (.consultInclude, .agent),
        (.consultEnd, .agent),
        (.consultLeave, .agent),
        (.consultHandOver, .agent),
        (.chatSend, .citizenOrAgent),
        (.materialRemoveFile, .citizen),
        (.precheckVerdict, .agent),
        (.precheckConclude, .agent),
        (.materialAnswer, .citizen),
        (.materialArrange, .citizen),
        (.materialRotate, .citizen),
        (.caseEnterFields, .citizen),
        (.correctionPropose, .agent),
        (.correctionAnswer, .citizen),
        (.stillAsk, .agent),
        (.stillAnswer, .citizen),
        (.precheckReopen, .agent),
        (.noticeConfirm, .citizen),
        (.rtcDescription, .citizenOrAgent),
        (.rtcCandidate, .citizenOrAgent),
    ]

    private static let byRoute = Dictionary(routes.map { ($0.route, $0.access) }, uniquingKeysWith: { first, _ in first })
    private static let byKind = Dictionary(messages.map { ($0.kind, $0.access) }, uniquingKeysWith: { first, _ in first })

    /// - Returns: nil when nobody may.
    static func access(_ method: String, _ pattern: String) -> Access? { byRoute["\(method) \(pattern)"] }

    /// - Returns: nil when no client may send it.
    static func access(_ kind: MessageKind) -> MessageAccess? { byKind[kind] }
}
