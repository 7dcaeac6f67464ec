import SignalingProtocol

extension Broker {
    /// The case that the agent has before them now, in a talk or in wrap-up.
    public func caseBefore(_ agent: AgentID) -> CaseID? {
        seatOfAgent[agent].flatMap { sessionOfSeat[$0] }.flatMap { sessions[$0]?.caseID }
    }
}
