using System.Globalization;
using System.Reflection;
using System.Text;
using PmemTyped.Native.Fabric;
using PmemTyped.Testing;

namespace PmemTyped.Replication.Fabric.Tests;

/// <summary>Every offset and number of libfabric that is written down is what its headers say.</summary>
public sealed class FabricLayoutTests
{
    // What each constant stands for, in C.
    private static readonly Dictionary<string, string> s_meaning = new()
    {
        ["ApiVersion"] = "FI_VERSION(1, 17)",
        ["InfoCaps"] = "offsetof(struct fi_info, caps)",
        ["InfoMode"] = "offsetof(struct fi_info, mode)",
        ["InfoDestinationLength"] = "offsetof(struct fi_info, dest_addrlen)",
        ["InfoDestination"] = "offsetof(struct fi_info, dest_addr)",
        ["InfoHandle"] = "offsetof(struct fi_info, handle)",
        ["InfoEndpoint"] = "offsetof(struct fi_info, ep_attr)",
        ["InfoDomain"] = "offsetof(struct fi_info, domain_attr)",
        ["InfoFabric"] = "offsetof(struct fi_info, fabric_attr)",
        ["EndpointType"] = "offsetof(struct fi_ep_attr, type)",
        ["EndpointMaxMessage"] = "offsetof(struct fi_ep_attr, max_msg_size)",
        ["DomainThreading"] = "offsetof(struct fi_domain_attr, threading)",
        ["DomainMemoryMode"] = "offsetof(struct fi_domain_attr, mr_mode)",
        ["FabricProviderName"] = "offsetof(struct fi_fabric_attr, prov_name)",
        ["ObjectOperations"] = "offsetof(struct fid, ops)",
        ["FabricOperations"] = "offsetof(struct fid_fabric, ops)",
        ["DomainOperations"] = "offsetof(struct fid_domain, ops)",
        ["DomainMemoryOperations"] = "offsetof(struct fid_domain, mr)",
        ["QueueOperations"] = "offsetof(struct fid_cq, ops)",
        ["EventOperations"] = "offsetof(struct fid_eq, ops)",
        ["EndpointConnectionOperations"] = "offsetof(struct fid_ep, cm)",
        ["EndpointMessageOperations"] = "offsetof(struct fid_ep, msg)",
        ["ListenerConnectionOperations"] = "offsetof(struct fid_pep, cm)",
        ["MemoryDescriptor"] = "offsetof(struct fid_mr, mem_desc)",
        ["OperationClose"] = "offsetof(struct fi_ops, close)",
        ["OperationBind"] = "offsetof(struct fi_ops, bind)",
        ["OperationControl"] = "offsetof(struct fi_ops, control)",
        ["FabricOpenDomain"] = "offsetof(struct fi_ops_fabric, domain)",
        ["FabricOpenListener"] = "offsetof(struct fi_ops_fabric, passive_ep)",
        ["FabricOpenEvents"] = "offsetof(struct fi_ops_fabric, eq_open)",
        ["DomainOpenQueue"] = "offsetof(struct fi_ops_domain, cq_open)",
        ["DomainOpenEndpoint"] = "offsetof(struct fi_ops_domain, endpoint)",
        ["DomainRegister"] = "offsetof(struct fi_ops_mr, reg)",
        ["EventReadError"] = "offsetof(struct fi_ops_eq, readerr)",
        ["EventWait"] = "offsetof(struct fi_ops_eq, sread)",
        ["QueueReadError"] = "offsetof(struct fi_ops_cq, readerr)",
        ["QueueWait"] = "offsetof(struct fi_ops_cq, sread)",
        ["ConnectionName"] = "offsetof(struct fi_ops_cm, getname)",
        ["ConnectionConnect"] = "offsetof(struct fi_ops_cm, connect)",
        ["ConnectionListen"] = "offsetof(struct fi_ops_cm, listen)",
        ["ConnectionAccept"] = "offsetof(struct fi_ops_cm, accept)",
        ["ConnectionReject"] = "offsetof(struct fi_ops_cm, reject)",
        ["ConnectionShutdown"] = "offsetof(struct fi_ops_cm, shutdown)",
        ["MessageReceive"] = "offsetof(struct fi_ops_msg, recv)",
        ["MessageSend"] = "offsetof(struct fi_ops_msg, send)",
        ["EventAttributesBytes"] = "sizeof(struct fi_eq_attr)",
        ["EventAttributesWait"] = "offsetof(struct fi_eq_attr, wait_obj)",
        ["QueueAttributesBytes"] = "sizeof(struct fi_cq_attr)",
        ["QueueAttributesSize"] = "offsetof(struct fi_cq_attr, size)",
        ["QueueAttributesFormat"] = "offsetof(struct fi_cq_attr, format)",
        ["QueueAttributesWait"] = "offsetof(struct fi_cq_attr, wait_obj)",
        ["CompletionBytes"] = "sizeof(struct fi_cq_msg_entry)",
        ["CompletionContext"] = "offsetof(struct fi_cq_msg_entry, op_context)",
        ["CompletionLength"] = "offsetof(struct fi_cq_msg_entry, len)",
        ["QueueErrorBytes"] = "sizeof(struct fi_cq_err_entry)",
        ["QueueErrorNumber"] = "offsetof(struct fi_cq_err_entry, err)",
        ["EventErrorBytes"] = "sizeof(struct fi_eq_err_entry)",
        ["EventErrorNumber"] = "offsetof(struct fi_eq_err_entry, err)",
        ["ConnectionEventInfo"] = "offsetof(struct fi_eq_cm_entry, info)",
        ["ConnectionEventData"] = "offsetof(struct fi_eq_cm_entry, data)",
        ["ContextBytes"] = "sizeof(struct fi_context2)",
        ["CapabilityMessages"] = "FI_MSG",
        ["FlagReceive"] = "FI_RECV",
        ["FlagTransmit"] = "FI_TRANSMIT",
        ["FlagNumericHost"] = "FI_NUMERICHOST",
        ["FlagSource"] = "FI_SOURCE",
        ["ModeContext"] = "FI_CONTEXT",
        ["ModeContext2"] = "FI_CONTEXT2",
        ["TypeMessages"] = "FI_EP_MSG",
        ["ThreadSafe"] = "FI_THREAD_SAFE",
        ["MemoryLocal"] = "FI_MR_LOCAL",
        ["MemoryVirtualAddress"] = "FI_MR_VIRT_ADDR",
        ["MemoryAllocated"] = "FI_MR_ALLOCATED",
        ["MemoryProviderKey"] = "FI_MR_PROV_KEY",
        ["WaitUnspecified"] = "FI_WAIT_UNSPEC",
        ["FormatMessages"] = "FI_CQ_FORMAT_MSG",
        ["CommandEnable"] = "FI_ENABLE",
        ["EventConnectionRequest"] = "FI_CONNREQ",
        ["EventConnected"] = "FI_CONNECTED",
        ["EventShutdown"] = "FI_SHUTDOWN",
        ["ErrorAvailable"] = "FI_EAVAIL",
        ["ErrorNotSupported"] = "FI_ENOSYS",
    };

    [FabricFact]
    public void Every_constant_is_what_the_headers_say()
    {
        using TempDirectory directory = TempDirectory.Create();
        Dictionary<string, long> ours = typeof(FabricLayout)
            .GetFields(BindingFlags.Static | BindingFlags.NonPublic)
            .ToDictionary(f => f.Name, f => Convert.ToInt64(f.GetRawConstantValue(), CultureInfo.InvariantCulture));
        Assert.Equal(ours.Keys.Order(), s_meaning.Keys.Order());
        var text = new StringBuilder(
            "#include <stdio.h>\n#include <rdma/fabric.h>\n#include <rdma/fi_endpoint.h>\n#include <rdma/fi_domain.h>\n#include <rdma/fi_cm.h>\nint main(void) {\n");
        foreach ((string name, string meaning) in s_meaning)
        {
            text.Append(CultureInfo.InvariantCulture, $"printf(\"{name} %lld\\n\", (long long)({meaning}));\n");
        }

        string source = directory.File("layout.c");
        File.WriteAllText(source, text.Append("return 0; }\n").ToString());
        Compiled.Compile(source, directory.File("layout"));

        using System.Diagnostics.Process program = Compiled.Start(directory.File("layout"));
        string[] printed = program.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(printed.Order(), ours.Select(o => string.Create(CultureInfo.InvariantCulture, $"{o.Key} {o.Value}")).Order());
    }
}
