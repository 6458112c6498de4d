using Conformance.Model.Checking;

namespace Conformance.Tests.Model.Checking;

public sealed class ModelCatalogueTests
{
    [Theory]
    [InlineData(ModelBounds.Default)]
    [InlineData(ModelBounds.Large)]
    public void EveryModel_HasANameOfItsOwn(ModelBounds bounds)
    {
        var names = ModelCatalogue.All(bounds).Select(model => model.Name).ToList();

        Assert.Equal(names.Distinct(), names);
    }
}
