import CProcessLimits
import Foundation

/// What the inspecting process takes away from itself before it reads a byte of the file.
struct Confinement {
    /// Whether it is cut off from the network. Some systems and containers do not allow that to an ordinary process.
    let networkCutOff: Bool

    /// - Returns: nil when a limit could not be set. Nothing is to be parsed then.
    init?(_ limits: InspectionLimits) {
        farwindow_end_with_parent()
        guard farwindow_forbid_new_privileges() == 0 else { return nil }
        networkCutOff = farwindow_leave_network() == 0
        let bounds: [(resource: __rlimit_resource, value: Int)] = [
            (RLIMIT_CORE, 0), (RLIMIT_NOFILE, limits.openFiles), (RLIMIT_FSIZE, limits.fileBytes), (RLIMIT_CPU, limits.cpuSeconds),
            (RLIMIT_AS, limits.memoryBytes),
        ]
        for (resource, value) in bounds.map({ (__rlimit_resource_t($0.resource.rawValue), $0.value) }) {
            var limit = rlimit()
            guard getrlimit(resource, &limit) == 0 else { return nil }
            // Never above what the system has set for everybody.
            limit.rlim_max = min(limit.rlim_max, rlim_t(value))
            limit.rlim_cur = limit.rlim_max
            guard setrlimit(resource, &limit) == 0 else { return nil }
        }
    }
}
