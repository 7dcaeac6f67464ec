import ArgumentParser
import BrokerServer

@main
struct Farwindow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "farwindow", abstract: "Video-service session broker for government remote windows.",
        subcommands: [
            Serve.self, LoadCatalogue.self, ExportCase.self, VerifyExport.self, RotateKey.self, SweepFiles.self, Retention.self, VerifyAudit.self,
            ExportProtocol.self, Simulate.self, MeasureMatching.self, MeasureFigures.self, MeasureAudit.self, InspectFile.self, MeasureGate.self,
        ])
}
