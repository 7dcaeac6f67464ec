// What citizen and agent may say of a case: its questions, its form, its pictures, its corrections.

/// The citizen's yes or no to a conditional material's question.
public struct MaterialAnswer: WirePayload {
    public var caseID: CaseID
    public var materialID: MaterialID
    /// Whether the condition holds, so that the material is asked for.
    public var applies: Bool

    public init(caseID: CaseID, materialID: MaterialID, applies: Bool) {
        self.caseID = caseID
        self.materialID = materialID
        self.applies = applies
    }
}

/// Puts the pages of one material into another order.
public struct MaterialArrange: WirePayload {
    public var caseID: CaseID
    public var materialID: MaterialID
    /// Every file of the material, once.
    public var files: [FileID]

    public init(caseID: CaseID, materialID: MaterialID, files: [FileID]) {
        self.caseID = caseID
        self.materialID = materialID
        self.files = files
    }

    public func validate() throws(WireError) {
        try WireError.require(files.count <= Limits.filesPerMaterial, field: "files")
        try WireError.require(Set(files).count == files.count, field: "files")
    }
}

/// Turns a file for whoever looks at it; its bytes stay as they were handed in.
public struct MaterialRotate: WirePayload {
    public var caseID: CaseID
    public var fileID: FileID
    /// Degrees clockwise: 0, 90, 180 or 270.
    public var rotation: Int

    public init(caseID: CaseID, fileID: FileID, rotation: Int) {
        self.caseID = caseID
        self.fileID = fileID
        self.rotation = rotation
    }

    public func validate() throws(WireError) {
        try WireError.require([0, 90, 180, 270].contains(rotation), field: "rotation")
    }
}

/// The citizen fills in or changes fields of the case's form. A field that is not named stays as it is.
public struct CaseEnterFields: WirePayload {
    public var caseID: CaseID
    public var fields: [CaseField]

    public init(caseID: CaseID, fields: [CaseField]) {
        self.caseID = caseID
        self.fields = fields
    }

    public func validate() throws(WireError) {
        try WireError.require(fields.count <= CaseFieldKey.allCases.count, field: "fields")
        try WireError.require(Set(fields.map(\.key)).count == fields.count, field: "fields")
        for field in fields { try field.validate() }
    }
}

/// The agent says how a field should read. Nothing changes until the citizen confirms.
public struct CorrectionPropose: WirePayload {
    public var sessionID: SessionID
    public var field: CaseField

    public init(sessionID: SessionID, field: CaseField) {
        self.sessionID = sessionID
        self.field = field
    }

    public func validate() throws(WireError) { try field.validate() }
}

public struct CorrectionAnswer: WirePayload {
    public var sessionID: SessionID
    public var correctionID: CorrectionID
    public var accepted: Bool

    public init(sessionID: SessionID, correctionID: CorrectionID, accepted: Bool) {
        self.sessionID = sessionID
        self.correctionID = correctionID
        self.accepted = accepted
    }
}

/// The agent asks for a full-resolution picture of what is held into the camera (出示原件).
public struct StillAsk: WirePayload {
    public var sessionID: SessionID
    public var materialID: MaterialID

    public init(sessionID: SessionID, materialID: MaterialID) {
        self.sessionID = sessionID
        self.materialID = materialID
    }
}

/// The citizen consents and has taken the picture, or declines.
public struct StillAnswer: WirePayload {
    public var sessionID: SessionID
    public var stillID: StillID
    /// Of the picture's bytes, lower-case hexadecimal. Absent: declined.
    public var sha256: String?

    public init(sessionID: SessionID, stillID: StillID, sha256: String?) {
        self.sessionID = sessionID
        self.stillID = stillID
        self.sha256 = sha256
    }

    public func validate() throws(WireError) {
        guard let sha256 else { return }
        let isHash = sha256.utf8.count == 64 && sha256.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
        try WireError.require(isHash, field: "sha256")
    }
}

/// Opens a material again that an earlier visit accepted.
public struct PrecheckReopen: WirePayload {
    public var sessionID: SessionID
    public var materialID: MaterialID
    /// The citizen is shown it.
    public var reason: String

    public init(sessionID: SessionID, materialID: MaterialID, reason: String) {
        self.sessionID = sessionID
        self.materialID = materialID
        self.reason = reason
    }

    public func validate() throws(WireError) {
        try WireError.require(reason.count <= Limits.noteCharacters && !reason.allSatisfy(\.isWhitespace), field: "reason")
    }
}

/// The citizen has read the one-time notice and says so.
public struct NoticeConfirm: WirePayload {
    public var caseID: CaseID
    public var version: Int

    public init(caseID: CaseID, version: Int) {
        self.caseID = caseID
        self.version = version
    }
}
