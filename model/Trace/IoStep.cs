namespace Conformance.Model.Trace;

/// <summary>The steps of one request on a block ring, as a trace carries them in its <c>step</c> field.</summary>
public static class IoStep
{
    /// <summary>The front writes the entries of a request.</summary>
    public const string Queue = "Q";

    /// <summary>The front publishes its producer index.</summary>
    public const string PushRequests = "P";

    /// <summary>The back consumes a request into a private copy.</summary>
    public const string Consume = "C";

    /// <summary>The back judges the copy.</summary>
    public const string Validate = "V";

    /// <summary>The back hands the operation to its storage.</summary>
    public const string Submit = "S";

    /// <summary>The storage has done it.</summary>
    public const string Complete = "K";

    /// <summary>The back lets go of the data pages.</summary>
    public const string Release = "G";

    /// <summary>The back writes the response.</summary>
    public const string Answer = "A";

    /// <summary>The back publishes its producer index.</summary>
    public const string PushResponses = "N";

    /// <summary>The front consumes a response and completes the request.</summary>
    public const string Done = "D";

    /// <summary>An end sets its event word and looks once more before it sleeps.</summary>
    public const string FinalCheck = "FC";

    /// <summary>An end stops using its ring because of what it found there.</summary>
    public const string Halt = "HALT";
}
