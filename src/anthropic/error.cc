#include "anthropic/error.h"

#include "json/writer.h"

namespace ccp::anthropic {

namespace {

struct Row {
  int status;
  std::string_view type;
};

constexpr Row row(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_request:
      return {400, "invalid_request_error"};
    case ErrorKind::context_overflow:
    case ErrorKind::refused_media:
    case ErrorKind::cut_answer:
      return {400, "invalid_request_error"};
    case ErrorKind::authentication:
      return {401, "authentication_error"};
    case ErrorKind::permission:
      return {403, "permission_error"};
    case ErrorKind::not_found:
      return {404, "not_found_error"};
    case ErrorKind::method_not_allowed:
      return {405, "invalid_request_error"};
    case ErrorKind::request_timeout:
      return {408, "invalid_request_error"};
    case ErrorKind::length_required:
      return {411, "invalid_request_error"};
    case ErrorKind::too_large:
      return {413, "request_too_large"};
    case ErrorKind::rate_limit:
      return {429, "rate_limit_error"};
    case ErrorKind::head_too_large:
      return {431, "invalid_request_error"};
    case ErrorKind::cancelled:
      return {499, "api_error"};  // never sent: nobody is left to read it
    case ErrorKind::api:
      return {500, "api_error"};
    case ErrorKind::not_supported:
      return {501, "not_supported"};
    case ErrorKind::bad_gateway:
      return {502, "api_error"};
    case ErrorKind::unavailable:
    case ErrorKind::loading:
      return {503, "overloaded_error"};
    case ErrorKind::timeout:
      return {504, "timeout_error"};
    case ErrorKind::overloaded:
      return {529, "overloaded_error"};
  }
  return {500, "api_error"};
}

void write_details(json::Writer& writer, const ErrorDetails& details) {
  writer.key("details").begin_object().field("error_code", details.error_code);
  if (!details.unsupported.empty()) {
    writer.key("unsupported").begin_array().string(details.unsupported).end_array();
  }
  writer.end_object();
}

}  // namespace

int http_status(ErrorKind kind) { return row(kind).status; }

int http_status(const Error& error, std::string_view user_agent) {
  constexpr int failed_dependency = 424;
  const bool lasting = error.kind == ErrorKind::invalid_request || error.kind == ErrorKind::not_found;
  const bool of_provider = error.source == ErrorSource::upstream && error.retry != Retry::yes;
  if (lasting && of_provider && user_agent.starts_with("claude-cli/")) return failed_dependency;
  return http_status(error.kind);
}

ErrorKind kind_of(int status) {
  for (auto number = 0; number <= static_cast<int>(ErrorKind::cancelled); ++number) {
    const auto kind = static_cast<ErrorKind>(number);
    if (row(kind).status == status) return kind;
  }
  return ErrorKind::invalid_request;
}

std::string_view error_type(ErrorKind kind) { return row(kind).type; }

bool never_retry(const Error& error) {
  if (error.retry == Retry::never) return true;
  switch (error.kind) {
    case ErrorKind::authentication:
    case ErrorKind::permission:
    case ErrorKind::not_supported:
      return true;
    // An exhausted quota is a 429 that no pause cures.
    case ErrorKind::rate_limit:
      return error.retry == Retry::no && !error.retry_after;
    default:
      return false;
  }
}

std::string error_json(const Error& error, std::string_view request_id) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object().field("type", "error").key("error").begin_object();
  writer.field("type", error_type(error.kind)).field("message", error.message);
  if (!error.details.error_code.empty()) write_details(writer, error.details);
  writer.end_object();
  if (!request_id.empty()) writer.field("request_id", request_id);
  writer.end_object();
  return out;
}

}  // namespace ccp::anthropic
