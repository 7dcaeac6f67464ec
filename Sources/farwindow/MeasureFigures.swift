import ArgumentParser
import BrokerServer

struct MeasureFigures: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure-figures", abstract: "Measure how long the reports of a database take.", shouldDisplay: false)

    @Option(help: "The folder with the database.") var data: String
    @Option(help: "First day.") var from: String
    @Option(help: "Last day.") var to: String

    func run() throws {
        for line in try ReportMeasure.run(dataDirectory: data, from: from, to: to) { print(line) }
    }
}
