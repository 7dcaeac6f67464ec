import ArgumentParser
import BrokerServer

@main
struct Farwindow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "farwindow", abstract: "Video-service session broker for government remote windows.",
        subcommands: [
            Serve.self, LoadCatalogue.self, ExportCase.self, VerifyExport.self, RotateKey.self, SweepFiles.self, Retention.self, ExportProtocol.self,
            Simulate.self,
            MeasureMatching.self, MeasureFigures.self, InspectFile.self, MeasureGate.self,
        ])
}
