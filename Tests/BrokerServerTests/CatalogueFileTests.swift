import Foundation
import SignalingProtocol
import Testing

@testable import BrokerServer

@Suite("A catalogue file")
struct CatalogueFileTests {
    private func entries(_ item: String) throws -> [CatalogueFile.Entry] {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "catalogue.json")
        let text = #"""
            {"common_rejection_reasons": [{"code": "BLURRED", "text_zh": "不清楚"}], "sources": {"S1": {"id": "S1", "title": "指南", "kind": "official"}},
             "items": [\#(item)]}
            """#
        try Data(text.utf8).write(to: file)
        return try CatalogueFile.entries(in: file)
    }

    private func item(_ more: String = "", materials: String = "") -> String {
        #"""
        {"code": "X-1", \#(more) "name_zh": "示例", "category_zh": "登记", "applicants": ["企业"], "mode": "prereview", "materials": [\#(materials)],
         "legal_basis": [], "rejection_reasons": [], "sources": ["S1"]}
        """#
    }

    private func material(_ more: String = "") -> String {
        #"{\#(more) "name_zh": "表", "form": "original", "necessity": "mandatory", "source": "S1", "formats": ["jpg"]}"#
    }

    private func refusal(_ item: String) -> String? {
        do {
            _ = try entries(item)
            return nil
        } catch {
            return (error as? CatalogueFileError)?.sentence ?? "another error: \(error)"
        }
    }

    @Test func saysVersionsAndMaterialsByTheirIDs() throws {
        let materials = [material(), material(#""id": "seal", "keywords": ["公章"],"#)].joined(separator: ",")
        let written = item(#""version": 2, "verified": true,"#, materials: materials)
        let read = try #require(try entries(written).first)
        #expect(read.item.version == 2)
        #expect(read.item.verified)
        #expect(read.item.materials.map(\.id.text) == ["M1", "seal"])
        #expect(read.item.materials[1].keywords == ["公章"])
        #expect(!read.isInFirstBatch)
        #expect(try entries(item()).first?.item.version == 1)
    }

    @Test func isRefusedWithTheSentenceOfWhatIsWrong() {
        #expect(refusal(item(#""version": 0,"#))?.contains("version 0") == true)
        #expect(refusal(item(materials: [material(#""id": "M2","#), material()].joined(separator: ",")))?.contains("same id") == true)
        #expect(refusal(item(materials: material(#""id": "no code!","#)))?.contains("'no code!' is not a code") == true)
        #expect(refusal(#"{"code": "X-1"}"#)?.contains("items.[0].nameZh") == true)
        #expect(refusal("{")?.contains("catalogue.json") == true)
        #expect(refusal(item(materials: material().replacing("mandatory", with: "perhaps")))?.contains("items.[0].materials.[0].necessity") == true)
    }
}
