#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "anthropic/messages.h"
#include "json/reader.h"

/// For tests: request bodies and what is read from them.
namespace ccp::anthropic {

/// A request and everything its views point into.
struct Parsed {
  json::Reader reader;
  std::string body;
  Result<MessagesRequest> request;

  explicit Parsed(std::string text, Endpoint endpoint = Endpoint::messages)
      : body(std::move(text)), request(parse(reader, body, endpoint)) {}
  const MessagesRequest& operator*() const { return *request; }
  const MessagesRequest* operator->() const { return &*request; }
  [[nodiscard]] std::string error() const { return request ? "accepted" : request.error().message; }
};

inline std::string with_fields(std::string_view fields) {
  return R"({"model":"m","max_tokens":10,"messages":[{"role":"user","content":"hi"}])" +
         (fields.empty() ? std::string() : "," + std::string(fields)) + "}";
}

inline std::string with_messages(std::string_view messages) {
  return R"({"model":"m","max_tokens":10,"messages":)" + std::string(messages) + "}";
}

inline std::string with_block(std::string_view block) {
  return with_messages(R"([{"role":"user","content":[)" + std::string(block) + "]}]");
}

}  // namespace ccp::anthropic
