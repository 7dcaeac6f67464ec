/// Bounds of the wire. Each is exported to the client's tables and to `asyncapi.json`; the unit stands last in the name.
public enum Limits {
    /// Of a client's message. A server's snapshot may be larger.
    public static let frameBytes = 65_536
    public static let personNameCharacters = 40
    public static let telephoneCharacters = 20
    public static let chatTextCharacters = 1_000
    /// Stacked combining marks make one character of many bytes.
    public static let chatTextBytes = 32_000
    public static let chatMessagesPerSession = 2_000
    /// A page that starts anew gets the end of a long talk; the store has all of it.
    public static let snapshotChatMessages = 200
    public static let noteCharacters = 500
    public static let reasonsPerVerdict = 10
    public static let caseFieldCharacters = 100
    public static let correctionsPerSession = 50
    public static let stillsPerSession = 50
    public static let resumeTokenCharacters = 64
    public static let fileNameCharacters = 120
    public static let fileBytes = 20 * 1024 * 1024
    public static let filesPerMaterial = 10
    public static let filesPerCase = 60
    /// Unacknowledged pushes kept for one client session; a client that is further behind gets a whole snapshot instead.
    public static let replayMessages = 512
    /// Answers remembered for one client session, so that a repeated request id gets the same answer.
    public static let rememberedAnswers = 256

    /// Name and value of each limit, in the order above, for the exported tables.
    public static let table: [(name: String, value: Int)] = [
        ("frame_bytes", frameBytes),
        ("person_name_characters", personNameCharacters),
        ("telephone_characters", telephoneCharacters),
        ("chat_text_characters", chatTextCharacters),
        ("chat_text_bytes", chatTextBytes),
        ("chat_messages_per_session", chatMessagesPerSession),
        ("snapshot_chat_messages", snapshotChatMessages),
        ("note_characters", noteCharacters),
        ("reasons_per_verdict", reasonsPerVerdict),
        ("case_field_characters", caseFieldCharacters),
        ("corrections_per_session", correctionsPerSession),
        ("stills_per_session", stillsPerSession),
        ("resume_token_characters", resumeTokenCharacters),
        ("file_name_characters", fileNameCharacters),
        ("file_bytes", fileBytes),
        ("files_per_material", filesPerMaterial),
        ("files_per_case", filesPerCase),
        ("replay_messages", replayMessages),
        ("remembered_answers", rememberedAnswers),
    ]
}
