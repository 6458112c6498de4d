using Conformance.Model.Store;

namespace Conformance.Tests.Model.Store;

public sealed class StoreOracleTests
{
    [Theory]
    [InlineData("reads beside a write see it or not", "1 1-9 write /a x -> OK; 2 2-3 read /a -> ENOENT; 2 4-5 read /a -> x")]
    [InlineData("a write without a reply was served", "1 1-2 write /a x -> ?; 2 3-4 read /a -> x")]
    [InlineData("a write without a reply was not served", "1 1-2 write /a x -> ?; 2 3-4 read /a -> ENOENT")]
    [InlineData("missing ancestors are made", "1 1-2 write /a/b x -> OK; 1 3-4 read /a -> ''; 1 5-6 directory / -> a; 1 7-8 directory /a/b -> ''")]
    [InlineData("mkdir leaves a value alone", "1 1-2 write /a x -> OK; 1 3-4 mkdir /a -> OK; 1 5-6 read /a -> x")]
    [InlineData("a subtree goes as a whole", "1 1-2 write /a/b x -> OK; 1 3-4 rm /a -> OK; 1 5-6 read /a/b -> ENOENT; 1 7-8 rm /a -> OK; 1 9-10 rm /a/b -> ENOENT; 1 11-12 rm / -> EINVAL")]
    [InlineData("a read that was changed fails the commit", "1 1-2 start -> 7; 1 3-4 7:read /a -> ENOENT; 2 5-6 write /a x -> OK; 1 7-8 7:write /b y -> OK; 1 9-10 7:commit -> EAGAIN; 2 11-12 read /b -> ENOENT")]
    [InlineData("a change elsewhere may fail the commit", "1 1-2 start -> 7; 1 3-4 7:read /a -> ENOENT; 2 5-6 write /c x -> OK; 1 7-8 7:write /b y -> OK; 1 9-10 7:commit -> EAGAIN")]
    [InlineData("a change elsewhere need not fail the commit", "1 1-2 start -> 7; 1 3-4 7:read /a -> ENOENT; 2 5-6 write /c x -> OK; 1 7-8 7:write /b y -> OK; 1 9-10 7:commit -> OK; 2 11-12 read /b -> y")]
    [InlineData("what was written first does not conflict", "1 1-2 start -> 7; 1 3-4 7:write /a x -> OK; 2 5-6 write /a y -> OK; 1 7-8 7:read /a -> x; 1 9-10 7:commit -> OK; 2 11-12 read /a -> x")]
    [InlineData("a snapshot store finds the start", "2 1-2 write /a x -> OK; 1 3-4 start -> 7; 2 5-6 write /a y -> OK; 1 7-8 7:read /a -> x; 1 9-10 7:commit -> EAGAIN")]
    [InlineData("a store finds what is there at first access", "2 1-2 write /a x -> OK; 1 3-4 start -> 7; 2 5-6 write /a y -> OK; 1 7-8 7:read /a -> y; 1 9-10 7:commit -> OK")]
    [InlineData("a listing may be found when a child was asked for", "2 1-2 mkdir /p -> OK; 1 3-4 start -> 7; 2 5-6 mkdir /p/x -> OK; 1 7-8 7:write /p/c 1 -> OK; 2 9-10 mkdir /p/y -> OK; 1 11-12 7:directory /p -> c x; 1 13-14 7:commit -> EAGAIN")]
    [InlineData("a node may be found gone above one that was written", "2 1-2 mkdir /p/c -> OK; 1 3-4 start -> 7; 1 5-6 7:write /p/c x -> OK; 2 7-8 rm /p -> OK; 1 9-10 7:read /p -> ENOENT; 1 11-12 7:read /p/c -> x; 1 13-14 7:commit -> EAGAIN")]
    [InlineData("a directory that was there when asked for need not come back", "2 1-2 mkdir /p/c -> OK; 1 3-4 start -> 7; 1 5-6 7:mkdir /p/c -> OK; 2 7-8 rm /p -> OK; 1 9-10 7:directory / -> ''; 1 11-12 7:commit -> EAGAIN")]
    [InlineData("what came and went is not there as before", "1 1-2 start -> 7; 1 3-4 7:read /a -> ENOENT; 2 5-6 write /a x -> OK; 2 7-8 rm /a -> OK; 1 9-10 7:write /b y -> OK; 1 11-12 7:commit -> OK")]
    [InlineData("a finished transaction is unknown, and none is inside another", "1 1-2 start -> 7; 1 3-4 7:start -> EBUSY; 1 5-6 7:abort -> OK; 1 7-8 7:read /a -> ENOENT; 1 9-10 7:commit -> ENOENT; 1 11-12 commit -> ENOENT")]
    [InlineData("a failed change fails the commit", "1 1-2 start -> 7; 1 3-4 7:rm / -> EINVAL; 1 5-6 7:write /a x -> OK; 1 7-8 7:commit -> EINVAL; 1 9-10 read /a -> ENOENT")]
    [InlineData("a removal of nothing fails no commit", "1 1-2 start -> 7; 1 3-4 7:rm /a -> OK; 1 5-6 7:write /b x -> OK; 1 7-8 7:commit -> OK")]
    [InlineData("a watch fires at once and for children", "1 1-2 watch /a t -> OK; 1 @2 /a t; 2 3-4 write /a/b x -> OK; 1 @5 /a/b t; 2 6-7 write /ab x -> OK")]
    [InlineData("equal events are one", "1 1-2 watch /a t -> OK; 1 @3 /a t; 2 4-5 write /a x -> OK; 2 6-7 write /a y -> OK; 1 @8 /a t")]
    [InlineData("equal events are two", "1 1-2 watch /a t -> OK; 1 @3 /a t; 2 4-5 write /a x -> OK; 2 6-7 write /a y -> OK; 1 @8 /a t; 1 @9 /a t")]
    [InlineData("an event may come before the own reply", "1 1-2 watch /a t -> OK; 1 @2 /a t; 1 3-6 write /a x -> OK; 1 @4 /a t")]
    [InlineData("events of a commit come in any order", "1 1-2 watch / t -> OK; 1 @2 / t; 2 3-4 start -> 7; 2 5-6 7:write /a x -> OK; 2 7-8 7:write /b x -> OK; 2 9-10 7:commit -> OK; 1 @11 /b t; 1 @12 /a t")]
    [InlineData("a watched node that goes with its parent is named itself", "2 1-2 write /a/b x -> OK; 1 3-4 watch /a/b t -> OK; 1 @4 /a/b t; 2 5-6 rm /a -> OK; 1 @7 /a/b t")]
    [InlineData("a watch on nothing below a removal need not fire", "2 1-2 write /a x -> OK; 1 3-4 watch /a/b t -> OK; 1 @4 /a/b t; 2 5-6 rm /a -> OK")]
    [InlineData("an event may come after unwatch", "1 1-2 watch /a t -> OK; 1 @2 /a t; 2 3-4 write /a x -> OK; 1 5-6 unwatch /a t -> OK; 1 @7 /a t")]
    [InlineData("an event need not come after unwatch", "1 1-2 watch /a t -> OK; 1 @2 /a t; 2 3-4 write /a x -> OK; 1 5-6 unwatch /a t -> OK; 1 7-8 unwatch /a t -> ENOENT")]
    [InlineData("a watch is there once, and a token makes another", "1 1-2 watch /a t -> OK; 1 @2 /a t; 1 3-4 watch /a t -> EEXIST; 1 5-6 watch /a u -> OK; 1 @6 /a u; 2 7-8 write /a x -> OK; 1 @9 /a u; 1 @10 /a t")]
    [InlineData("mkdir of what is there and removal of nothing make no event", "2 1-2 mkdir /a -> OK; 1 3-4 watch / t -> OK; 1 @4 / t; 2 5-6 mkdir /a -> OK; 2 7-8 rm /b -> OK")]
    [InlineData("what came and went in a transaction makes no event", "1 1-2 watch / t -> OK; 1 @2 / t; 2 3-4 start -> 7; 2 5-6 7:write /a x -> OK; 2 7-8 7:rm /a -> OK; 2 9-10 7:commit -> OK")]
    [InlineData("events of different clients may cross", "1 1-2 watch / t -> OK; 1 @2 / t; 2 3-4 write /a x -> OK; 3 5-6 write /b x -> OK; 1 @7 /b t; 1 @8 /a t")]
    public void AHistoryThatSomeOrderExplains_IsAccepted(string what, string history)
    {
        var verdict = StoreOracle.Judge(HistoryText.Parse(history));

        Assert.True(verdict.Judgement == StoreJudgement.Accepted, $"{what}: {string.Join('\n', verdict.Unexplained)}");
        Assert.Empty(verdict.Unexplained);
    }

    [Theory]
    [InlineData("a read misses what was written", "1 1-2 write /a x -> OK; 2 3-4 read /a -> ENOENT", "allowed was \"x\"")]
    [InlineData("a read sees what is written later", "2 1-2 read /a -> x; 1 3-4 write /a x -> OK", "allowed was ENOENT")]
    [InlineData("a read goes back in time", "1 1-9 write /a x -> OK; 2 2-3 read /a -> x; 2 4-5 read /a -> ENOENT", "")]
    [InlineData("two clients see two writes in different orders", "1 1-20 write /a 1 -> OK; 2 1-20 write /a 2 -> OK; 3 2-3 read /a -> 1; 3 4-5 read /a -> 2; 4 6-7 read /a -> 1", "")]
    [InlineData("a change under a read is overlooked", "1 1-2 start -> 7; 1 3-4 7:read /a -> ENOENT; 2 5-6 write /a x -> OK; 1 7-8 7:commit -> OK", "allowed was EAGAIN")]
    [InlineData("a new child under a listing is overlooked", "1 1-2 start -> 7; 1 3-4 7:directory / -> ''; 2 5-6 mkdir /a -> OK; 1 7-8 7:commit -> OK", "allowed was EAGAIN")]
    [InlineData("a commit fails for nothing", "1 1-2 start -> 7; 1 3-4 7:write /a x -> OK; 1 5-6 7:commit -> EAGAIN", "allowed was OK")]
    [InlineData("a write is seen before the commit", "1 1-2 start -> 7; 1 3-4 7:write /a x -> OK; 2 5-6 read /a -> x; 1 7-8 7:commit -> OK", "allowed was ENOENT")]
    [InlineData("half of a commit is seen", "1 1-2 start -> 7; 1 3-4 7:write /a x -> OK; 1 5-6 7:write /b x -> OK; 1 7-14 7:commit -> OK; 2 8-9 read /a -> x; 2 10-11 read /b -> ENOENT", "")]
    [InlineData("a transaction does not see its own write", "1 1-2 start -> 7; 1 3-4 7:write /a x -> OK; 1 5-6 7:read /a -> ENOENT", "allowed was \"x\"")]
    [InlineData("a transaction sees a change under its read", "1 1-2 start -> 7; 1 3-4 7:read /a -> ENOENT; 2 5-6 write /a x -> OK; 1 7-8 7:read /a -> x", "allowed was ENOENT")]
    [InlineData("a snapshot is read and the commit succeeds", "2 1-2 write /a x -> OK; 1 3-4 start -> 7; 2 5-6 write /a y -> OK; 1 7-8 7:read /a -> x; 1 9-10 7:commit -> OK", "allowed was EAGAIN")]
    [InlineData("an abort leaves something behind", "1 1-2 start -> 7; 1 3-4 7:write /a x -> OK; 1 5-6 7:abort -> OK; 2 7-8 read /a -> x", "allowed was ENOENT")]
    [InlineData("a commit after a failed change succeeds", "1 1-2 start -> 7; 1 3-4 7:rm / -> EINVAL; 1 5-6 7:commit -> OK", "allowed was EINVAL")]
    [InlineData("a transaction lives on", "1 1-2 start -> 7; 1 3-4 7:commit -> OK; 1 5-6 7:write /a x -> OK", "allowed was ENOENT")]
    [InlineData("two open transactions have one number", "1 1-2 start -> 7; 1 3-4 start -> 7", "allowed was \"1\"")]
    [InlineData("a removal leaves a child", "1 1-2 write /a/b x -> OK; 1 3-4 rm /a -> OK; 1 5-6 read /a/b -> x", "allowed was ENOENT")]
    [InlineData("a listing lacks a child", "1 1-2 write /a/b x -> OK; 1 3-4 directory /a -> ''", "allowed was \"b\"")]
    [InlineData("an event never comes", "1 1-2 watch /a t -> OK; 1 @2 /a t; 2 3-4 write /a x -> OK", "event /a \"t\" was due and never came")]
    [InlineData("the first event never comes", "1 1-2 watch /a t -> OK", "was due and never came")]
    [InlineData("an event comes before its cause", "1 1-2 watch /a t -> OK; 1 @2 /a t; 1 @3 /a/b t; 2 4-5 write /a/b x -> OK", "nothing caused it")]
    [InlineData("an event is not for that watch", "1 1-2 watch /a t -> OK; 1 @2 /a t; 2 3-4 write /ab x -> OK; 1 @5 /ab t", "nothing caused it")]
    [InlineData("events of one client cross", "1 1-2 watch / t -> OK; 1 @2 / t; 2 3-4 write /a x -> OK; 2 5-6 write /b x -> OK; 1 @7 /b t; 1 @8 /a t", "was due first")]
    [InlineData("an event tells of an aborted write", "1 1-2 watch / t -> OK; 1 @2 / t; 2 3-4 start -> 7; 2 5-6 7:write /a x -> OK; 2 7-8 7:abort -> OK; 1 @9 /a t", "nothing caused it")]
    [InlineData("an event tells of a write before its commit", "1 1-2 watch / t -> OK; 1 @2 / t; 2 3-4 start -> 7; 2 5-6 7:write /a x -> OK; 1 @7 /a t; 2 8-9 7:commit -> OK", "nothing caused it")]
    [InlineData("an event comes twice for one change", "1 1-2 watch /a t -> OK; 1 @3 /a t; 2 4-5 write /a x -> OK; 1 @6 /a t; 1 @7 /a t", "nothing caused it")]
    [InlineData("a watch is set twice", "1 1-2 watch /a t -> OK; 1 @2 /a t; 1 3-4 watch /a t -> OK", "allowed was EEXIST")]
    [InlineData("one node of a commit is not told", "1 1-2 watch / t -> OK; 1 @2 / t; 2 3-4 start -> 7; 2 5-6 7:write /a x -> OK; 2 7-8 7:write /b x -> OK; 2 9-10 7:commit -> OK; 1 @11 /b t", "event /a \"t\" was due and never came")]
    public void AHistoryThatNoOrderExplains_IsRejected_AndTheReasonIsGiven(string what, string history, string reason)
    {
        var verdict = StoreOracle.Judge(HistoryText.Parse(history));

        Assert.True(verdict.Judgement == StoreJudgement.Rejected, what);
        Assert.Contains(verdict.Unexplained, text => text.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void TheLongestExplanation_StopsBeforeTheFirstOperationThatCannotBe()
    {
        var verdict = StoreOracle.Judge(HistoryText.Parse("1 1-2 write /a x -> OK; 1 3-4 read /a -> x; 1 5-6 read /a -> y; 1 7-8 read /a -> x"));

        Assert.Equal(["client 1: WRITE /a \"x\" -> OK", "client 1: READ /a -> \"x\""], verdict.Explained);
        Assert.Equal(["client 1: READ /a -> \"y\"; allowed was \"x\""], verdict.Unexplained);
    }

    [Fact]
    [Trait("Clause", "XS-082")]
    public void AnEventWithoutACause_IsAccepted_WhereSpuriousOnesAre()
    {
        var history = HistoryText.Parse("1 1-2 watch /a t -> OK; 1 @2 /a t; 1 @3 /a t");

        Assert.Equal(StoreJudgement.Rejected, StoreOracle.Judge(history).Judgement);
        Assert.Equal(StoreJudgement.Accepted, StoreOracle.Judge(history, allowsSpuriousEvents: true).Judgement);
    }

    [Fact]
    [Trait("Clause", "XS-113")]
    public void WhatALostTransactionIsTold_IsJudgedOrNot()
    {
        var history = HistoryText.Parse("1 1-2 start -> 7; 1 3-4 7:read /a -> ENOENT; 2 5-6 write /a x -> OK; 1 7-8 7:read /a -> x; 1 9-10 7:commit -> EAGAIN");
        var committed = HistoryText.Parse("1 1-2 start -> 7; 1 3-4 7:read /a -> ENOENT; 2 5-6 write /a x -> OK; 1 7-8 7:read /a -> x; 1 9-10 7:commit -> OK");

        Assert.Equal(StoreJudgement.Rejected, StoreOracle.Judge(history).Judgement);
        Assert.Equal(StoreJudgement.Accepted, StoreOracle.Judge(history, judgesLostTransactions: false).Judgement);
        Assert.Equal(StoreJudgement.Rejected, StoreOracle.Judge(committed, judgesLostTransactions: false).Judgement);
    }

    [Fact]
    public void AnEventThatMayStillCome_IsNotMissed()
    {
        var history = HistoryText.Parse("1 1-2 watch /a t -> OK") with { IsSettled = false };

        Assert.Equal(StoreJudgement.Accepted, StoreOracle.Judge(history).Judgement);
    }

    [Fact]
    public void ASearchThatReachesItsBound_DecidesNothing()
    {
        var history = HistoryText.Parse("1 1-2 write /a x -> OK; 1 3-4 read /a -> x; 1 5-6 read /a -> y");

        Assert.Equal(StoreJudgement.Undecided, StoreOracle.Judge(history, limit: 2).Judgement);
    }

    [Fact]
    public void RepliesOutOfOrder_AreRefused()
    {
        var history = HistoryText.Parse("1 1-4 write /a x -> OK; 1 2-3 read /a -> x");

        Assert.Throws<ArgumentException>(() => StoreOracle.Judge(history));
    }
}
