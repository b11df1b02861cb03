#include <gtest/gtest.h>

#include <cstdlib>
#include <utility>

#include "golden_case.h"
#include "golden_json.h"
#include "golden_oracle.h"
#include "golden_replay.h"

/// The golden files: each folder of tests/golden is one test. With GOLDEN_UPDATE=1 in the environment
/// client.sse and client.answer.json are rewritten (and the upstream.json of the recorded requests),
/// expectations never.
namespace ccp::golden {
namespace {

bool updating() { return std::getenv("GOLDEN_UPDATE") != nullptr; }

class Golden : public testing::TestWithParam<std::string> {};

/// Compares with a golden file, or rewrites it.
void expect_file(const Case& golden, std::string_view file_name, std::string_view actual, bool rewrite) {
  const bool is_json = file_name.ends_with(".json");
  if (rewrite) return golden.write(file_name, is_json ? pretty(actual) : std::string(actual));
  const auto* file = golden.file(file_name);
  ASSERT_NE(file, nullptr) << file_name << " is missing; make it with GOLDEN_UPDATE=1 and review it";
  EXPECT_EQ(actual, is_json ? minify(*file) : *file) << file_name;
  if (is_json) {
    EXPECT_EQ(*file, pretty(minify(*file))) << file_name << " is not pretty-printed";
  }
}

void expect_refused(const Case& golden, const RefusedAnswer& answer) {
  const auto* file = golden.file("client.error.json");
  ASSERT_NE(file, nullptr) << "refused with " << answer.status << ' ' << answer.body;
  const auto expected = fields(*file);
  ASSERT_TRUE(expected) << expected.error().message;
  EXPECT_EQ(std::to_string(answer.status), text_of(*expected, "status"));
  const auto body = fields(answer.body);
  ASSERT_TRUE(body) << answer.body;
  EXPECT_EQ(join(*body), text_of(*expected, "body"));
  const auto headers = fields(text_of(*expected, "headers")).value_or(Fields());
  for (const auto& [name, value] : headers) {
    ASSERT_TRUE(answer.headers.contains(name)) << name << " is missing";
    EXPECT_EQ(answer.headers.at(name), text(value)) << name;
  }
  for (const auto* name : {"retry-after", "x-should-retry"}) {
    EXPECT_EQ(answer.headers.contains(name), headers.contains(name)) << name;
  }
}

void expect_outcome(const Case& golden, const Result<Outcome>& outcome) {
  ASSERT_TRUE(outcome) << outcome.error().message;
  const auto* expect = golden.file("expect.json");
  ASSERT_NE(expect, nullptr) << "expect.json is missing";
  EXPECT_EQ(differences(*outcome, *expect), "");
}

void expect_stream(const Case& golden, const StreamAnswer& whole) {
  expect_outcome(golden, accumulate(whole.bytes));
  if (golden.file("upstream.sse") != nullptr) {
    for (const std::size_t cut : {1, 2, 3, 4, 5, 6, 7, 8, 16, 31}) {
      EXPECT_EQ(std::get<StreamAnswer>(replay_answer(golden, cut)).bytes, whole.bytes) << "cut at " << cut;
    }
  }
  expect_file(golden, "client.sse", whole.bytes, updating());
}

void expect_answer(const Case& golden, const ClientAnswer& answer) {
  if (const auto* refused = std::get_if<RefusedAnswer>(&answer)) return expect_refused(golden, *refused);
  ASSERT_EQ(golden.file("client.error.json"), nullptr) << "the answer was accepted";
  if (const auto* stream = std::get_if<StreamAnswer>(&answer)) return expect_stream(golden, *stream);
  const auto& message = std::get<MessageAnswer>(answer);
  expect_outcome(golden, read_message(message.body));
  expect_file(golden, "client.answer.json", message.body, updating());
}

void expect_request(const Case& golden) {
  const auto request = replay_request(golden);
  if (const auto* refused = std::get_if<RefusedAnswer>(&request)) return expect_refused(golden, *refused);
  ASSERT_NE(golden.file("upstream.json"), nullptr)
      << "the request was accepted: " << std::get<std::string>(request);
  expect_file(golden, "upstream.json", std::get<std::string>(request),
              updating() && golden.name.starts_with("claude-code-"));
}

/// A refusal is either answered with a changed request, or told to the client.
void expect_retry(const Case& golden) {
  const auto retry = replay_retry(golden);
  if (golden.file("upstream.retry.json") == nullptr) {
    EXPECT_EQ(retry.value_or(""), "") << "the refusal was answered with a changed request";
    return expect_answer(golden, replay_answer(golden, 0));
  }
  ASSERT_TRUE(retry) << "nothing was learned from the refusal";
  expect_file(golden, "upstream.retry.json", *retry, false);
}

TEST_P(Golden, Case) {
  const auto golden = load(GetParam());
  ASSERT_TRUE(golden) << golden.error().message;
  if (golden->file("client.json") != nullptr) expect_request(*golden);
  if (golden->file("upstream.error.json") != nullptr) expect_retry(*golden);
  for (const std::string_view answer : {"upstream.sse", "upstream.answer.json"}) {
    if (golden->file(answer) != nullptr) expect_answer(*golden, replay_answer(*golden, 0));
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden, testing::ValuesIn(case_names()), test_name);

}  // namespace
}  // namespace ccp::golden
