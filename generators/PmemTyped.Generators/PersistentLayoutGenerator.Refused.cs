namespace PmemTyped.Generators;

// The other halves of the properties of a layout that has no model: bodies that nobody can call, because the layout is an error.
public sealed partial class PersistentLayoutGenerator
{
    private static string RefusedSource(RefusedLayout refused)
    {
        var writer = new CodeWriter();
        BeginFile(writer, refused.Identity);
        int containers = BeginContainers(writer, refused.Identity);
        writer.Line($"partial {refused.Declaration}");
        writer.Open();
        foreach (RefusedProperty property in refused.Properties)
        {
            writer.Line($"{property.Head}");
            writer.Open();
            foreach (string accessor in property.Accessors)
            {
                writer.Line($"{accessor} => throw new global::System.NotSupportedException(\"This type is no layout.\");");
            }

            writer.Close();
        }

        writer.Close();
        EndContainers(writer, containers);
        return writer.ToString();
    }
}
