using System.Diagnostics;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>oxenstored with Debian's own configuration (oxenstored.conf beside this file).</summary>
public sealed class OXenStoredProcess : StoreDaemonProcess
{
    /// <summary>The setting that names the access log; it is written only where this is set.</summary>
    public const string AccessLogSetting = "access-log-file";

    /// <summary>Its file name.</summary>
    public const string ProgramName = "oxenstored";

    /// <summary>Starts it in the foreground.</summary>
    /// <param name="directory">The directory of the hypervisor that it runs under.</param>
    /// <param name="program">Its absolute path.</param>
    /// <param name="settings">Lines of configuration that replace or add to Debian's, such as quota-maxsize.</param>
    public OXenStoredProcess(InstanceDirectory directory, string program, IReadOnlyDictionary<string, string>? settings = null)
        : base(directory, Start(directory, program, settings))
    {
    }

    // On SIGTERM it may spin for ever.
    private protected override int? StopSignal => null;

    private static ProcessStartInfo Start(InstanceDirectory directory, string program, IReadOnlyDictionary<string, string>? settings)
    {
        ArgumentNullException.ThrowIfNull(directory);
        string path = directory.In("oxenstored.conf");
        using (StreamWriter file = new(path))
        {
            file.Write(System.Text.Encoding.UTF8.GetString(Resource.Read(typeof(OXenStoredProcess).Assembly, "oxenstored.conf")));
            foreach ((string key, string value) in settings ?? new Dictionary<string, string>())
            {
                // A later line overrides an earlier one.
                file.WriteLine($"{key} = {value}");
            }
        }

        // The access log records every request and would cost more than the requests themselves.
        string[] quiet = settings?.ContainsKey(AccessLogSetting) == true ? [] : ["--no-access-log"];
        return new ProcessStartInfo(program, ["--no-fork", .. quiet, "--config-file", path]);
    }
}
