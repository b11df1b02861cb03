#include "anthropic/error.h"

#include <gtest/gtest.h>

namespace ccp::anthropic {
namespace {

TEST(ErrorTable, EachKindHasItsStatusAndType) {
  struct Case {
    ErrorKind kind;
    int status;
    std::string_view type;
  };
  const Case cases[] = {
      {ErrorKind::invalid_request, 400, "invalid_request_error"},
      {ErrorKind::context_overflow, 400, "invalid_request_error"},
      {ErrorKind::authentication, 401, "authentication_error"},
      {ErrorKind::permission, 403, "permission_error"},
      {ErrorKind::not_found, 404, "not_found_error"},
      {ErrorKind::method_not_allowed, 405, "invalid_request_error"},
      {ErrorKind::request_timeout, 408, "invalid_request_error"},
      {ErrorKind::length_required, 411, "invalid_request_error"},
      {ErrorKind::too_large, 413, "request_too_large"},
      {ErrorKind::head_too_large, 431, "invalid_request_error"},
      {ErrorKind::rate_limit, 429, "rate_limit_error"},
      {ErrorKind::not_supported, 501, "not_supported"},
      {ErrorKind::api, 500, "api_error"},
      {ErrorKind::unavailable, 503, "overloaded_error"},
      {ErrorKind::loading, 503, "overloaded_error"},
      {ErrorKind::refused_media, 400, "invalid_request_error"},
      {ErrorKind::bad_gateway, 502, "api_error"},
      {ErrorKind::timeout, 504, "timeout_error"},
      {ErrorKind::overloaded, 529, "overloaded_error"},
      {ErrorKind::cancelled, 499, "api_error"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(http_status(c.kind), c.status) << c.type;
    EXPECT_EQ(error_type(c.kind), c.type) << c.status;
  }
}

TEST(ErrorTable, NeverRetry) {
  const auto never = [](ErrorKind kind, Retry retry = Retry::no) {
    return never_retry(Error{.kind = kind, .retry = retry});
  };
  EXPECT_TRUE(never(ErrorKind::authentication));
  EXPECT_TRUE(never(ErrorKind::permission));
  EXPECT_TRUE(never(ErrorKind::not_supported));
  EXPECT_TRUE(never(ErrorKind::rate_limit));
  EXPECT_FALSE(never(ErrorKind::rate_limit, Retry::yes));
  EXPECT_FALSE(never_retry(Error{.kind = ErrorKind::rate_limit, .retry_after = std::chrono::seconds(2)}));
  EXPECT_FALSE(never(ErrorKind::api));
  EXPECT_FALSE(never(ErrorKind::bad_gateway));
  EXPECT_FALSE(never(ErrorKind::overloaded));
  EXPECT_FALSE(never(ErrorKind::timeout));
  EXPECT_TRUE(never(ErrorKind::timeout, Retry::never));
  EXPECT_TRUE(never(ErrorKind::bad_gateway, Retry::never));
}

TEST(ErrorTable, ClaudeCodeIsShownALastingRefusalOnce) {
  constexpr std::string_view claude = "claude-cli/2.1.332 (external, cli)";
  const auto refused = [](ErrorKind kind, ErrorSource source = ErrorSource::upstream) {
    return Error{.kind = kind, .source = source};
  };
  EXPECT_EQ(http_status(refused(ErrorKind::invalid_request), claude), 424);
  EXPECT_EQ(http_status(refused(ErrorKind::not_found), claude), 424);
  EXPECT_EQ(http_status(refused(ErrorKind::context_overflow), claude), 400);
  EXPECT_EQ(http_status(refused(ErrorKind::refused_media), claude), 400);
  EXPECT_EQ(http_status(refused(ErrorKind::invalid_request, ErrorSource::client), claude), 400);
  EXPECT_EQ(http_status(refused(ErrorKind::invalid_request), "Anthropic/JS 1.14.0"), 400);
  EXPECT_EQ(http_status(refused(ErrorKind::not_found), ""), 404);
}

TEST(ErrorTable, Envelope) {
  const Error error{.kind = ErrorKind::rate_limit, .message = "slow \"down\"\n"};
  EXPECT_EQ(error_json(error),
            R"({"type":"error","error":{"type":"rate_limit_error","message":"slow \"down\"\n"}})");
  EXPECT_EQ(
      error_json(error, "req_1"),
      R"({"type":"error","error":{"type":"rate_limit_error","message":"slow \"down\"\n"},"request_id":"req_1"})");
}

TEST(ErrorTable, KindsOfStatuses) {
  for (const auto& [status, kind] : {std::pair{400, ErrorKind::invalid_request},
                                     {408, ErrorKind::request_timeout},
                                     {414, ErrorKind::invalid_request},
                                     {431, ErrorKind::head_too_large},
                                     {500, ErrorKind::api},
                                     {501, ErrorKind::not_supported},
                                     {505, ErrorKind::invalid_request},
                                     {529, ErrorKind::overloaded}}) {
    EXPECT_EQ(kind_of(status), kind) << status;
  }
}

}  // namespace
}  // namespace ccp::anthropic
