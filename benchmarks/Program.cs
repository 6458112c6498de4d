using System.CommandLine;
using BenchmarkDotNet.Running;
using Conformance.Benchmarks.Block;
using Conformance.Benchmarks.Checking;
using Conformance.Benchmarks.Explore;
using Conformance.Benchmarks.Store;

var rounds = new Option<int>("--rounds") { Description = "Counted measurements of each row and daemon, odd", DefaultValueFactory = _ => 5 };
var rows = new Option<string>("--rows") { Description = "Only rows whose name contains this", DefaultValueFactory = _ => "" };
var report = new Option<FileInfo?>("--report") { Description = "Write the table to this Markdown file" };
var store = new Command("store", "The reference daemon beside C xenstored and oxenstored, over their sockets, in one run.") { rounds, rows, report };
store.SetAction((parsed, stop) => StoreComparison.RunAsync(parsed.GetValue(rounds), parsed.GetValue(rows)!, parsed.GetValue(report), stop));

var blockRounds = new Option<int>("--rounds") { Description = "Measurements of each cell, odd", DefaultValueFactory = _ => 3 };
var blockReport = new Option<FileInfo?>("--report") { Description = "Write the tables to this Markdown file" };
var block = new Command("block", "The path of a block request beside a plain copy and plain file operations; what a step costs.") { blockRounds, blockReport };
block.SetAction(parsed => BlockComparison.Run(parsed.GetValue(blockRounds), parsed.GetValue(blockReport)));

var seconds = new Option<int>("--seconds") { Description = "How long each row is measured in a round", DefaultValueFactory = _ => 5 };
var exploreRounds = new Option<int>("--rounds") { Description = "Measurements of each row, odd", DefaultValueFactory = _ => 3 };
var exploreReport = new Option<FileInfo?>("--report") { Description = "Write the table to this Markdown file" };
var explore = new Command("explore", "The explorer beside Coyote's actors and the P checker on the attach, on one core.") { seconds, exploreRounds, exploreReport };
explore.SetAction(parsed => ExplorationSpeed.Run(parsed.GetValue(seconds), parsed.GetValue(exploreRounds), parsed.GetValue(exploreReport)));

var micro = new Command("micro", "Single operations inside the process, with allocations (BenchmarkDotNet; its own arguments follow --).");
micro.TreatUnmatchedTokensAsErrors = false;
micro.SetAction(parsed => { BenchmarkSwitcher.FromAssembly(typeof(StoreComparison).Assembly).Run([.. parsed.UnmatchedTokens]); });

var modelRounds = new Option<int>("--rounds") { Description = "Searches by each of the two, odd", DefaultValueFactory = _ => 3 };
var modelReport = new Option<FileInfo?>("--report") { Description = "Write the table to this Markdown file" };
var model = new Command("model", "The checker beside SPIN on the attach of two devices, one core each, in one run.") { modelRounds, modelReport };
model.SetAction(parsed => ModelComparison.Run(parsed.GetValue(modelRounds), parsed.GetValue(modelReport)));

return await new RootCommand("Benchmarks of Conformance. Numbers are ratios within one run.") { store, block, model, explore, micro }.Parse(args).InvokeAsync();
