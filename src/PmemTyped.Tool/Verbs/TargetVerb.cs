using System.CommandLine;
using PmemTyped.Tool.Documents;
using PmemTyped.Tool.Targets;

namespace PmemTyped.Tool.Verbs;

/// <summary>pmt target: certificates for a target and its initiators, and the target itself.</summary>
internal static class TargetVerb
{
    private const int DefaultDays = 3650;
    private const string DefaultTarget = "target";
    private const string DefaultClient = "client";

    internal static Command Build(ToolConsole console) => new("target", "Keep copies of the pools of other machines.")
    {
        Init(console),
        Certificate(console),
        TargetServeVerb.Build(console),
    };

    private static Command Init(ToolConsole console)
    {
        Argument<string> directory = NewDirectory("A directory that does not exist, or is empty.");
        Option<string[]> hosts = NewHosts("Name or address that initiators reach the target by. If not given, this machine and loopback.");
        var clients = new Option<string[]>("--client", "-c")
        {
            Description = "Name of an initiator that gets all rights. If not given, 'client'.",
            HelpName = "name",
        };
        clients.Validators.Add(CertificateName.Require);
        Option<string> listen = NewListen();
        Option<int> days = NewDays();
        Option<bool> json = JsonOption.New();
        var command = new Command(
            "init",
            "Make a private authority, and certificates for a target and its initiators, in files that only you can read. "
            + "Exit code: 0 done; 2 could not, and nothing was made.")
        {
            directory, hosts, clients, listen, days, json,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(directory);
            string[] names = parsed.GetValue(clients) is { Length: > 0 } given ? [.. given.Distinct()] : [DefaultClient];
            string[] reached = parsed.GetValue(hosts) is { Length: > 0 } some
                ? some : [Environment.MachineName, "localhost", "127.0.0.1", "::1"];
            new CertificateFolder(path).Create(
                new CertificateOrder(DefaultTarget, reached, parsed.GetValue(listen)!), names, TimeSpan.FromDays(parsed.GetValue(days)));
            return Tell(
                console,
                new CertificatesDocument(
                    path,
                    Path.Combine(path, "authority"),
                    Path.Combine(path, "targets", DefaultTarget),
                    [.. names.Select(n => Path.Combine(path, "clients", n))]),
                parsed.GetValue(json));
        });
        return command;
    }

    private static Command Certificate(ToolConsole console)
    {
        Argument<string> directory = NewDirectory("The directory that 'pmt target init' made.");
        var name = new Argument<string>("name") { Description = "Name of the new target or initiator." };
        name.Validators.Add(CertificateName.Require);
        Option<string[]> hosts = NewHosts("Name or address that the new target is reached by. If not given, it is for an initiator.");
        var clients = new Option<string[]>("--client", "-c")
        {
            Description = "Name of an initiator that gets all rights at the new target.",
            HelpName = "name",
        };
        Option<string> listen = NewListen();
        Option<int> days = NewDays();
        Option<bool> json = JsonOption.New();
        var command = new Command(
            "certificate",
            "Make the certificate of one more initiator, or with --host of one more target. Exit code: 0 done; 2 could not, and nothing was made.")
        {
            directory, name, hosts, clients, listen, days, json,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(directory);
            var order = new CertificateOrder(parsed.GetRequiredValue(name), parsed.GetValue(hosts) ?? [], parsed.GetValue(listen)!);
            string made = new CertificateFolder(path).Add(
                order, parsed.GetValue(clients) ?? [], TimeSpan.FromDays(parsed.GetValue(days)));
            return Tell(
                console,
                new CertificatesDocument(path, null, order.IsTarget ? made : null, order.IsTarget ? [] : [made]),
                parsed.GetValue(json));
        });
        return command;
    }

    private static int Tell(ToolConsole console, CertificatesDocument document, bool isJson)
    {
        if (isJson)
        {
            console.Output.WriteLine(DocumentJson.Of(document));
            return ExitCode.Success;
        }

        if (document.Target is { } target)
        {
            console.Output.WriteLine($"{target}: copy it to the target; there: pmt target serve --config {Path.GetFileName(target)}/target.json");
        }

        foreach (string client in document.Clients)
        {
            string name = Path.GetFileName(client);
            console.Output.WriteLine($"{client}: copy it to {name}; there: pmt replica status tls:HOST POOL --identity {name}");
        }

        if (document.Authority is { } authority)
        {
            console.Output.WriteLine($"{authority}: keep it away from both; who has it can make more certificates");
        }

        return ExitCode.Success;
    }

    private static Argument<string> NewDirectory(string description) => new("directory") { Description = description };

    private static Option<string[]> NewHosts(string description)
    {
        var hosts = new Option<string[]>("--host", "-H") { Description = description, HelpName = "host" };
        hosts.Validators.Add(CertificateName.RequireHost);
        return hosts;
    }

    private static Option<string> NewListen() => new("--listen", "-l")
    {
        Description = "Address and port for the configuration of the target.",
        HelpName = "address",
        DefaultValueFactory = _ => CertificateOrder.Loopback,
    };

    private static Option<int> NewDays()
    {
        var days = new Option<int>("--days") { Description = "How long it is valid.", HelpName = "days", DefaultValueFactory = _ => DefaultDays };
        days.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is <= 0 or > 36_500)
            {
                result.AddError("--days is a number from 1 to 36500.");
            }
        });
        return days;
    }
}
