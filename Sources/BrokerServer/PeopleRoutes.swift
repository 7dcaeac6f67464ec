import BrokerCore
import BrokerStore
import Foundation
import Identity
import SignalingProtocol
import WebServer

// Accounts as a hall's administrators see and change them. Whoever answers for the home hall answers for the account; a role in another hall is given and
// taken by that hall's administrators.

extension Engine {
    static let peopleRoutes = [
        Route("GET", "/api/v1/admin/people") { engine, call in engine.sendPeople(call) },
        Route("POST", "/api/v1/admin/people") { engine, call in engine.readBody(call, as: NewPerson.self) { engine.makePerson($0, call) } },
        Route("PATCH", "/api/v1/admin/people/{id}") { engine, call in engine.readBody(call, as: PersonChange.self) { engine.changePerson($0, call) } },
        Route("DELETE", "/api/v1/admin/people/{id}") { engine, call in engine.deletePerson(call) },
        Route("POST", "/api/v1/admin/people/{id}/suspend") { engine, call in
            engine.readBody(call, as: Suspension.self) { engine.suspend($0, call) }
        },
        Route("POST", "/api/v1/admin/people/{id}/restore") { engine, call in
            engine.readBody(call, as: RowRevision.self) { engine.restore($0, call) }
        },
        Route("POST", "/api/v1/admin/people/{id}/reset-password") { engine, call in
            engine.readBody(call, as: RowRevision.self) { engine.resetPassword($0, call) }
        },
        Route("POST", "/api/v1/admin/people/{id}/second-factor/reset") { engine, call in engine.resetSecondFactor(call) },
        Route("POST", "/api/v1/admin/people/{id}/unlock") { engine, call in engine.unlock(call) },
    ]

    // MARK: Looking

    private func sendPeople(_ call: Route.Call) {
        guard let account = member(call) else { return }
        var administered = account.halls(as: .administrator)
        if let wanted = call.exchange.head.query["hall"] {
            guard let hall = broker.allHalls.first(where: { $0.id.text == wanted })?.id else { return refuse(call, WireError(.notFound, field: "hall")) }
            guard administrator(call, of: hall) != nil else { return }
            administered = [hall]
        }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        let rows = people.all.filter { row in administered.contains(row.hall) || row.grants.contains { administered.contains($0.hall) } }
        let seats = broker.allSeats.filter { $0.agent != nil }
        let halls = broker.allHalls
        let views = rows.map { row in
            PersonView(
                row, hall: halls.first { $0.id == row.hall }, seat: seats.first { $0.agent == row.id }, isLeaving: broker.isLeaving(row.id),
                signIn: signInState(of: row))
        }
        answerWhenStored(call, PeopleList(people: views, groups: groups))
    }

    /// Item categories that a skill can name.
    private var groups: [String] { Set(broker.publishedItems.map(\.category)).sorted() }

    func view(_ account: AccountRow) -> PersonView {
        PersonView(
            account, hall: broker.allHalls.first { $0.id == account.hall }, seat: broker.allSeats.first { $0.agent == account.id },
            isLeaving: broker.isLeaving(account.id), signIn: signInState(of: account))
    }

    private func signInState(of account: AccountRow) -> PersonView.SignIn {
        PersonView.SignIn(
            secondFactors: secondFactors.of(account.id).count, lockedUntil: signInTries.lockedUntil(account.account, at: clock.now))
    }

    /// The account that the path names, for an administrator of its home hall; of a hall where it has a role when `orOfARole`.
    func subject(_ call: Route.Call, orOfARole: Bool = false) -> (administrator: AccountRow, person: AccountRow)? {
        guard let administrator = member(call) else { return nil }
        guard let person = call.parameters["id"].flatMap(AgentID.init).flatMap({ people[$0] }) else {
            refuse(call, WireError(.notFound))
            return nil
        }
        let isOfARole = orOfARole && !administrator.halls(as: .administrator).isDisjoint(with: person.grants.map(\.hall))
        guard isOfARole || administrator.holds(.administrator, in: person.hall) else {
            refuse(call, WireError(.notAllowed))
            return nil
        }
        guard takesWrites else {
            refuse(call, storageUnavailable)
            return nil
        }
        return (administrator, person)
    }

    // MARK: Making and changing

    private func makePerson(_ body: NewPerson, _ call: Route.Call) {
        guard let administrator = member(call) else { return }
        guard broker.allHalls.contains(where: { $0.id == body.hallID }) else { return refuse(call, WireError(.notFound, field: "hall_id")) }
        guard self.administrator(call, of: body.hallID) != nil else { return }
        let draft: AccountRow
        do throws(WireError) {
            draft = try body.account(groups: groups)
            try checkGrants(from: [], to: draft.grants, by: administrator)
        } catch { return refuse(call, error) }
        guard takesWrites else { return refuse(call, storageUnavailable) }
        withOneTimePassword(call) { [self] password, hash in
            guard people.account(named: draft.account) == nil else { return refuse(call, WireError(.alreadyTaken, field: "account")) }
            var person = draft
            person.passwordHash = hash
            person.passwordIsOneTime = true
            person.passwordSetAt = clock.now
            store(person)
            write(.personMade, by: administrator, on: person.id.description, in: person.hall)
            answerWhenStored(call, status: 201, PersonWithPassword(person: view(person), password: password))
        }
    }

    private func changePerson(_ body: PersonChange, _ call: Route.Call) {
        guard let (administrator, person) = subject(call, orOfARole: true) else { return }
        guard body.revision == person.revision else { return refuseOutdated(call, current: view(person)) }
        var changed = person
        do throws(WireError) {
            try body.apply(to: &changed, groups: groups)
            try checkGrants(from: person.grants, to: changed.grants, by: administrator)
            let isOfHomeHall = administrator.holds(.administrator, in: person.hall)
            guard isOfHomeHall || (changed.name == person.name && changed.skills == person.skills) else { throw WireError(.notAllowed) }
            guard !people.wouldLeaveAlone(person, becoming: changed) else { throw WireError(.lastAdministrator, field: "roles") }
            guard changed != person else { return answer(call, view(person)) }
            _ = try decide(.agent(changed.person))
        } catch { return refuse(call, error) }
        changed.revision += 1
        store(changed)
        let fields = [("name", changed.name != person.name), ("roles", changed.grants != person.grants), ("skills", changed.skills != person.skills)]
        write(
            .personChanged, by: administrator, on: person.id.description, in: person.hall, detail: fields.filter(\.1).map(\.0).joined(separator: ","))
        answerWhenStored(call, view(changed))
    }

    /// A role is given and taken by the administrators of its hall.
    private func checkGrants(from old: Set<RoleGrant>, to new: Set<RoleGrant>, by administrator: AccountRow) throws(WireError) {
        for grant in old.symmetricDifference(new) {
            guard broker.allHalls.contains(where: { $0.id == grant.hall }) else { throw WireError(.notFound, field: "roles") }
            guard administrator.holds(.administrator, in: grant.hall) else { throw WireError(.notAllowed, field: "roles") }
        }
    }

    private func deletePerson(_ call: Route.Call) {
        guard let (_, person) = subject(call) else { return }
        guard person.firstSignedInAt == nil else { return refuse(call, WireError(.inUse)) }
        let store = store
        answerFromStore(call, { () throws(StoreError) in try store.isReferredTo(person.id) }) { [self] isReferredTo in
            // Somebody may have signed in with it while the store was asked.
            guard let (administrator, person) = subject(call) else { return }
            guard !isReferredTo, person.firstSignedInAt == nil else { return refuse(call, WireError(.inUse)) }
            guard !people.wouldLeaveAlone(person, becoming: person.withoutRoles) else { return refuse(call, WireError(.lastAdministrator)) }
            people.remove(person.id)
            journal.records.append(.accountRemoved(person.id))
            write(.personDeleted, by: administrator, on: person.id.description, in: person.hall)
            tell { _ in call.exchange.respond(status: 204) }
            flush()
        }
    }

    // MARK: Suspending

    private func suspend(_ body: Suspension, _ call: Route.Call) {
        guard let (administrator, person) = subject(call) else { return }
        guard body.revision == person.revision else { return refuseOutdated(call, current: view(person)) }
        // Nobody locks themselves out by a slip.
        guard person.id != administrator.id else { return refuse(call, WireError(.notAllowed)) }
        guard person.suspendedAt == nil else { return answer(call, view(person)) }
        var suspended = person
        suspended.suspendedAt = clock.now
        suspended.revision += 1
        do throws(WireError) {
            guard !people.wouldLeaveAlone(person, becoming: suspended) else { throw WireError(.lastAdministrator) }
            guard body.handOverTo == nil || body.endAfterSession != true else { throw WireError(.invalidField, field: "end_after_session") }
            if let colleague = body.handOverTo, people[colleague].map({ $0.suspendedAt == nil }) != true {
                throw WireError(.invalidField, field: "hand_over_to")
            }
            _ = try decide(.agentSuspended(person.id, body.openWork))
        } catch {
            return refuse(call, error)
        }
        store(suspended)
        let detail = body.handOverTo != nil ? "hand_over_to" : broker.isLeaving(person.id) ? "end_after_session" : ""
        write(.personSuspended, by: administrator, on: person.id.description, in: person.hall, detail: detail)
        answerWhenStored(call, view(suspended))
    }

    private func restore(_ body: RowRevision, _ call: Route.Call) {
        guard let (administrator, person) = subject(call) else { return }
        guard body.revision == person.revision else { return refuseOutdated(call, current: view(person)) }
        guard person.suspendedAt != nil else { return answer(call, view(person)) }
        do throws(WireError) { _ = try decide(.agentRestored(person.id)) } catch { return refuse(call, error) }
        var restored = person
        restored.suspendedAt = nil
        restored.revision += 1
        store(restored)
        write(.personRestored, by: administrator, on: person.id.description, in: person.hall)
        answerWhenStored(call, view(restored))
    }

    // MARK: Signing in

    /// Whose telephone is lost sets up another one at the next sign-in. Until then every sign-in ends.
    private func resetSecondFactor(_ call: Route.Call) {
        guard let (administrator, person) = subject(call) else { return }
        // One's own is removed with one's own password, in the own security.
        guard person.id != administrator.id else { return refuse(call, WireError(.notAllowed)) }
        journal.records += secondFactors.removeAll(of: person.id).map { .secondFactor($0) }
        secondFactorSteps.endAll(of: person.id)
        audit(.secondFactorReset, by: .staff(administrator.id), on: "account:\(person.id)", hall: person.hall, call: call)
        endSignIns(of: person.id)
        answerWhenStored(call, view(person))
    }

    private func unlock(_ call: Route.Call) {
        guard let (administrator, person) = subject(call) else { return }
        signInTries.unlock(person.account)
        audit(.accountUnlocked, by: .staff(administrator.id), on: "account:\(person.id)", hall: person.hall, call: call)
        answerWhenStored(call, view(person))
    }

    // MARK: Passwords

    private func resetPassword(_ body: RowRevision, _ call: Route.Call) {
        guard let (_, person) = subject(call) else { return }
        guard body.revision == person.revision else { return refuseOutdated(call, current: view(person)) }
        withOneTimePassword(call) { [self] password, hash in
            guard let (administrator, person) = subject(call) else { return }
            guard body.revision == person.revision else { return refuseOutdated(call, current: view(person)) }
            var changed = person
            changed.passwordHash = hash
            changed.passwordIsOneTime = true
            changed.passwordSetAt = clock.now
            changed.revision += 1
            store(changed)
            write(.passwordReset, by: administrator, on: person.id.description, in: person.hall)
            endSignIns(of: person.id)
            answerWhenStored(call, PersonWithPassword(person: view(changed), password: password))
        }
    }

    /// Makes a password that is shown once, and its hash. Off the loop: hashing takes a tenth of a second.
    private func withOneTimePassword(_ call: Route.Call, _ completion: @escaping (_ password: String, _ hash: String) -> Void) {
        let password = GeneratedPassword.make()
        offload({ try? PasswordHash(password: password).text }) { [self] hash in
            guard let hash else { return refuse(call, WireError(.internalError)) }
            guard takesWrites else { return refuse(call, storageUnavailable) }
            completion(password, hash)
        }
    }
}

extension AccountRow {
    fileprivate var withoutRoles: AccountRow {
        var row = self
        row.grants = []
        return row
    }
}
