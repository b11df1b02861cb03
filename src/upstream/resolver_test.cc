#include "upstream/resolver.h"

#include <gtest/gtest.h>

#include "upstream/testing/dns_server.h"
#include "upstream/testing/worker.h"

namespace ccp::upstream {
namespace {

using namespace std::chrono_literals;
using testing::DnsAnswer;
using testing::DnsServer;
using testing::Worker;

constexpr auto plenty = 20s;

class ResolverTest : public ::testing::Test {
 protected:
  void serve(DnsServer::Script script, bool held = false) {
    server_ = std::make_unique<DnsServer>(std::move(script), held);
    resolver_ = *Resolver::create(worker_.io, server_->servers());
  }

  Result<Addresses> resolve(const std::string& host, std::chrono::milliseconds timeout = plenty) {
    return worker_.run(resolver_->resolve(host, timeout, cancellation_));
  }

  void wait_for_questions(int count) {
    while (server_->questions() < count) worker_.poll();
  }

  static std::string text(const Result<Addresses>& addresses) {
    if (!addresses) return "error: " + addresses.error().message;
    std::string all;
    for (const Address& address : *addresses) all += (all.empty() ? "" : " ") + address.to_string();
    return all;
  }

  Worker worker_;
  std::unique_ptr<DnsServer> server_;
  std::unique_ptr<Resolver> resolver_;
  Cancellation cancellation_;
};

DnsAnswer silence(std::string_view) { return {.silent = true}; }

TEST_F(ResolverTest, AsksBothFamiliesAndInterleavesThem) {
  serve([](std::string_view name) -> DnsAnswer {
    if (name != "api.test") return {.code = DnsAnswer::Code::no_such_name};
    return {.addresses = {"127.0.0.2", "127.0.0.3", "::1"}};
  });
  const Result<Addresses> addresses = resolve("api.test");
  ASSERT_TRUE(addresses) << addresses.error().message;
  ASSERT_EQ(addresses->size(), 3U) << text(addresses);
  EXPECT_NE((*addresses)[0].is_v4(), (*addresses)[1].is_v4()) << text(addresses);
}

TEST_F(ResolverTest, NumericAddressesAreNotAsked) {
  serve(silence);
  EXPECT_EQ(text(resolve("192.0.2.7")), "192.0.2.7");
  EXPECT_EQ(text(resolve("2001:db8::1")), "2001:db8::1");
  EXPECT_EQ(server_->questions(), 0);
}

TEST_F(ResolverTest, LocalhostIsLoopbackWithoutDns) {
  serve(silence);
  for (const char* name : {"localhost", "LocalHost", "localhost.", "ollama.localhost"}) {
    EXPECT_EQ(text(resolve(name)), "127.0.0.1 ::1") << name;  // whatever /etc/hosts has, or has not
  }
  EXPECT_EQ(server_->questions(), 0);
}

TEST_F(ResolverTest, KeepsAnAnswerForItsTimeToLive) {
  serve([](std::string_view) -> DnsAnswer { return {.addresses = {"127.0.0.2"}, .ttl = 30}; });
  EXPECT_EQ(text(resolve("api.test")), "127.0.0.2");
  const int asked = server_->questions();
  EXPECT_EQ(text(resolve("api.test")), "127.0.0.2");
  EXPECT_EQ(server_->questions(), asked);
}

net::Task<int> pass(net::Timer& timer) {
  co_await timer.async_wait(net::use_task);
  co_return 0;
}

TEST_F(ResolverTest, AsksAgainWhenTheTimeIsOver) {
  serve([](std::string_view) -> DnsAnswer { return {.addresses = {"127.0.0.2"}, .ttl = 0}; });
  EXPECT_EQ(text(resolve("api.test")), "127.0.0.2");
  const int asked = server_->questions();
  EXPECT_EQ(text(resolve("api.test")), "127.0.0.2");
  EXPECT_EQ(server_->questions(), asked) << "at least a second";
  net::Timer second(worker_.io.get_executor(), 1010ms);
  worker_.run(pass(second));
  EXPECT_EQ(text(resolve("api.test")), "127.0.0.2");
  EXPECT_GT(server_->questions(), asked);
}

TEST_F(ResolverTest, TheAddressThatAnsweredComesFirstNextTime) {
  serve([](std::string_view) -> DnsAnswer { return {.addresses = {"127.0.0.2", "127.0.0.3", "127.0.0.4"}}; });
  const Result<Addresses> before = resolve("api.test");
  ASSERT_TRUE(before && before->size() == 3) << text(before);
  resolver_->prefer("api.test", before->back());
  EXPECT_EQ(resolve("api.test")->front(), before->back());
  EXPECT_EQ(resolve("api.test")->size(), 3U);
}

TEST_F(ResolverTest, UnknownNameIsAnErrorThatNamesIt) {
  serve([](std::string_view) -> DnsAnswer { return {.code = DnsAnswer::Code::no_such_name}; });
  const Result<Addresses> addresses = resolve("nowhere.test");
  ASSERT_FALSE(addresses);
  EXPECT_EQ(addresses.error().message, "cannot resolve the host name nowhere.test: Domain name not found");
  EXPECT_EQ(addresses.error().kind, ErrorKind::bad_gateway);
  EXPECT_EQ(addresses.error().retry, Retry::yes);
}

TEST_F(ResolverTest, FailuresAreNotKept) {
  std::atomic<bool> known = false;
  serve([&](std::string_view) -> DnsAnswer {
    if (!known) return {.code = DnsAnswer::Code::no_such_name};
    return {.addresses = {"127.0.0.2"}};
  });
  EXPECT_FALSE(resolve("late.test"));
  known = true;
  EXPECT_EQ(text(resolve("late.test")), "127.0.0.2");
}

TEST_F(ResolverTest, SilenceTimesOutAndHoldsUpNobody) {
  serve(silence);
  std::optional<Result<Addresses>> hanging;
  worker_.start(resolver_->resolve("hangs.test", 200ms, cancellation_), hanging);
  EXPECT_EQ(text(resolve("192.0.2.7")), "192.0.2.7");
  EXPECT_FALSE(hanging);
  worker_.run_until([&] { return hanging.has_value(); });
  EXPECT_EQ(text(*hanging), "error: cannot resolve the host name hangs.test: no answer within 200 ms");
}

TEST_F(ResolverTest, LookupsOfOneNameAreOne) {
  serve([](std::string_view) -> DnsAnswer { return {.addresses = {"127.0.0.2"}}; }, true);
  std::optional<Result<Addresses>> first;
  std::optional<Result<Addresses>> second;
  worker_.start(resolver_->resolve("api.test", plenty, cancellation_), first);
  wait_for_questions(1);
  worker_.start(resolver_->resolve("api.test", plenty, cancellation_), second);
  worker_.poll();
  server_->release();
  worker_.run_until([&] { return first && second; });
  EXPECT_EQ(text(*first), "127.0.0.2");
  EXPECT_EQ(text(*second), "127.0.0.2");
  EXPECT_EQ(server_->questions(), 2) << "one A, one AAAA";
}

TEST_F(ResolverTest, OneCallerLeavesAndTheOtherGetsTheAnswer) {
  serve([](std::string_view) -> DnsAnswer { return {.addresses = {"127.0.0.2"}}; }, true);
  Cancellation leaving;
  std::optional<Result<Addresses>> left;
  std::optional<Result<Addresses>> stays;
  worker_.start(resolver_->resolve("api.test", plenty, leaving), left);
  worker_.start(resolver_->resolve("api.test", plenty, cancellation_), stays);
  wait_for_questions(1);
  leaving.request();
  worker_.run_until([&] { return left.has_value(); });
  EXPECT_EQ(left->error().kind, ErrorKind::cancelled);
  EXPECT_FALSE(stays);
  server_->release();
  worker_.run_until([&] { return stays.has_value(); });
  EXPECT_EQ(text(*stays), "127.0.0.2");
}

TEST_F(ResolverTest, MayGoWhileLookupsAreUnderWay) {
  serve(silence);
  std::optional<Result<Addresses>> waiting;
  worker_.start(resolver_->resolve("hangs.test", plenty, cancellation_), waiting);
  wait_for_questions(1);
  resolver_.reset();
  worker_.run_until([&] { return waiting.has_value(); });
  EXPECT_FALSE(*waiting);
}

TEST_F(ResolverTest, TheWorkerMayEndWhileLookupsAreUnderWay) {
  serve(silence);
  std::optional<Result<Addresses>> waiting;
  worker_.start(resolver_->resolve("hangs.test", plenty, cancellation_), waiting);
  wait_for_questions(1);
}

TEST(Resolver, RefusesServersThatAreNone) {
  Worker worker;
  EXPECT_FALSE(Resolver::create(worker.io, "not an address"));
}

}  // namespace
}  // namespace ccp::upstream
