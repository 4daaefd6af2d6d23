using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace PmemTyped.Architecture.Tests.Support;

/// <summary>Somewhere in a type, a member or a type of another kind is used.</summary>
/// <param name="User">The outermost type that contains the code.</param>
/// <param name="Method">The method that contains the code.</param>
/// <param name="Type">The type whose member is used, or that is used itself.</param>
/// <param name="Member">The member, empty for a type.</param>
internal readonly record struct Use(string User, string Method, string Type, string Member);

/// <summary>What the metadata of a built assembly says. Nothing of it is executed.</summary>
internal sealed class BuiltAssembly
{
    private readonly MetadataReader _metadata;

    private BuiltAssembly(SourceProject project)
    {
        Project = project;
        string path = Path.Combine(AppContext.BaseDirectory, project.AssemblyName + ".dll");
        using var image = new PEReader(ImmutableArray.Create(File.ReadAllBytes(path)));
        _metadata = image.GetMetadataReader();
        References = [.. _metadata.AssemblyReferences.Select(r => Text(_metadata.GetAssemblyReference(r).Name))];
        Uses = [.. _metadata.TypeDefinitions.SelectMany(t => UsesOf(t, image))];
        ForeignTypes = [.. _metadata.TypeReferences.Select(r => NameOf(r))];
        IsUnverifiable = _metadata.GetModuleDefinition().GetCustomAttributes()
            .Select(_metadata.GetCustomAttribute)
            .Any(a => AttributeType(a) == "System.Security.UnverifiableCodeAttribute");
        PlatformMethods =
        [
            .. _metadata.MethodDefinitions.Select(_metadata.GetMethodDefinition)
                .Where(m => m.Attributes.HasFlag(MethodAttributes.PinvokeImpl))
                .Select(m => $"{NameOf(m.GetDeclaringType())}.{Text(m.Name)}"),
        ];
    }

    /// <summary>Gets the assemblies of every project under src.</summary>
    internal static IReadOnlyList<BuiltAssembly> All { get; } =
        [.. SourceProject.All.Select(p => new BuiltAssembly(p))];

    internal SourceProject Project { get; }

    /// <summary>Gets the simple names of the assemblies that the compiler found used.</summary>
    internal IReadOnlyList<string> References { get; }

    /// <summary>Gets every member and type that a method body names.</summary>
    internal IReadOnlyList<Use> Uses { get; }

    /// <summary>Gets a value indicating whether the module was compiled with unsafe code allowed.</summary>
    internal bool IsUnverifiable { get; }

    /// <summary>Gets the methods that call into native libraries.</summary>
    internal IReadOnlyList<string> PlatformMethods { get; }

    /// <summary>Gets the full names of the types of other assemblies that are mentioned anywhere, signatures included.</summary>
    internal IReadOnlyList<string> ForeignTypes { get; }

    internal Assembly Load() => Assembly.Load(new AssemblyName(Project.AssemblyName));

    private IEnumerable<Use> UsesOf(TypeDefinitionHandle type, PEReader image)
    {
        string user = NameOf(Outermost(type));
        foreach (MethodDefinition method in
            _metadata.GetTypeDefinition(type).GetMethods().Select(_metadata.GetMethodDefinition))
        {
            if (method.RelativeVirtualAddress == 0)
            {
                continue;
            }

            BlobReader body = image.GetMethodBody(method.RelativeVirtualAddress).GetILReader();
            foreach (EntityHandle token in InstructionReader.Tokens(body))
            {
                (string used, string member) = Resolve(token);
                yield return new Use(user, Text(method.Name), used, member);
            }
        }
    }

    private (string Type, string Member) Resolve(EntityHandle token)
    {
        switch (token.Kind)
        {
            case HandleKind.MethodSpecification:
                return Resolve(_metadata.GetMethodSpecification((MethodSpecificationHandle)token).Method);
            case HandleKind.MemberReference:
                MemberReference reference = _metadata.GetMemberReference((MemberReferenceHandle)token);
                return (NameOf(reference.Parent), Text(reference.Name));
            case HandleKind.MethodDefinition:
                MethodDefinition method = _metadata.GetMethodDefinition((MethodDefinitionHandle)token);
                return (NameOf(method.GetDeclaringType()), Text(method.Name));
            case HandleKind.FieldDefinition:
                FieldDefinition field = _metadata.GetFieldDefinition((FieldDefinitionHandle)token);
                return (NameOf(field.GetDeclaringType()), Text(field.Name));
            default:
                return (NameOf(token), "");
        }
    }

    private string AttributeType(CustomAttribute attribute) => attribute.Constructor.Kind == HandleKind.MemberReference
        ? NameOf(_metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent)
        : NameOf(_metadata.GetMethodDefinition((MethodDefinitionHandle)attribute.Constructor).GetDeclaringType());

    private TypeDefinitionHandle Outermost(TypeDefinitionHandle type)
    {
        TypeDefinitionHandle outer = _metadata.GetTypeDefinition(type).GetDeclaringType();
        return outer.IsNil ? type : Outermost(outer);
    }

    private string NameOf(EntityHandle type)
    {
        switch (type.Kind)
        {
            case HandleKind.TypeDefinition:
                TypeDefinition definition = _metadata.GetTypeDefinition((TypeDefinitionHandle)type);
                return Qualified(definition.Namespace, definition.Name, definition.GetGenericParameters());
            case HandleKind.TypeReference:
                TypeReference reference = _metadata.GetTypeReference((TypeReferenceHandle)type);
                return Qualified(reference.Namespace, reference.Name, null);
            case HandleKind.TypeSpecification:
                BlobReader signature = _metadata.GetBlobReader(
                    _metadata.GetTypeSpecification((TypeSpecificationHandle)type).Signature);
                bool isGeneric = signature.ReadByte() == (byte)SignatureTypeCode.GenericTypeInstance;
                return isGeneric && signature.ReadByte() != 0 ? NameOf(signature.ReadTypeHandle()) : "";
            default:
                return "";
        }
    }

    // Persistent<T>, as its source says it, where the parameters are known.
    private string Qualified(StringHandle space, StringHandle name, GenericParameterHandleCollection? parameters)
    {
        string simple = Text(name);
        int tick = simple.IndexOf('`', StringComparison.Ordinal);
        if (tick >= 0)
        {
            string names = string.Join(", ", parameters?.Select(p => Text(_metadata.GetGenericParameter(p).Name)) ?? ["T"]);
            simple = $"{simple[..tick]}<{names}>";
        }

        return space.IsNil ? simple : $"{Text(space)}.{simple}";
    }

    private string Text(StringHandle handle) => _metadata.GetString(handle);
}
