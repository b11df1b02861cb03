#include <fmt/format.h>

#include <set>

#include "doctor/checks.h"
#include "json/writer.h"

namespace ccp::doctor {

namespace {

/// A red square of 32 by 32 pixels, PNG.
constexpr std::string_view picture =
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAJ0lEQVR42u3NsQkAAAjAsP7/tF7hIASyp6lTCQQCgUAgEAgEgi/"
    "BAjLD/C5w/SM9AAAAAElFTkSuQmCC";

/// A request for the family that is mapped to the model under test.
std::string question(std::string_view family, std::string_view content_json, std::string_view more = "") {
  return fmt::format(
      R"({{"model":"claude-{}","max_tokens":1024,"messages":[{{"role":"user","content":{}}}]{}}})", family,
      content_json, more);
}

constexpr std::string_view say_ok = R"("Answer with the word ok.")";

Finding failed(std::string subject, const Error& error, const proxy::Shared& shared,
               Verdict verdict = Verdict::fail) {
  return {verdict, std::move(subject), error.message, cure_for(error, shared)};
}

Finding check_answer(Provider& provider, std::string_view family, const std::string& model) {
  const auto trial = try_request(provider, question(family, say_ok));
  if (!trial) return failed(model, trial.error(), provider.shared);
  return {Verdict::ok, model, "answers", ""};
}

Finding check_streaming(Provider& provider, std::string_view family, bool& counted) {
  const auto trial = try_request(provider, question(family, say_ok, R"(,"stream":true)"));
  if (!trial) return failed("streaming", trial.error(), provider.shared);
  counted = trial->counted;
  if (trial->finish_reason.empty())
    return {Verdict::fail, "streaming", "the stream ended without a finish_reason",
            "the provider, or something on the way, cuts streams"};
  if (!trial->streamed)
    return {Verdict::warn, "streaming",
            "the provider answers in one piece: text will not appear as it is written", ""};
  return {Verdict::ok, "streaming", "events arrive, finish_reason " + trial->finish_reason, ""};
}

Finding check_usage(bool counted) {
  if (counted) return {Verdict::ok, "token counts", "come with the stream", ""};
  return {Verdict::warn, "token counts",
          "do not come with the stream: what the client shows will be estimates",
          "set CONTEXT_WINDOW, so that long conversations are compacted in time"};
}

Finding check_tools(Provider& provider, std::string_view family, const std::string& model) {
  constexpr std::string_view tool =
      R"(,"stream":true,"tools":[{"name":"Glob","description":"Lists files","input_schema":{"type":"object","properties":{"pattern":{"type":"string"}},"required":["pattern"]}}],"tool_choice":{"type":"any"})";
  const auto trial =
      try_request(provider, question(family, R"("Which files end in .md? Use the tool.")", tool));
  if (!trial) return failed("tools", trial.error(), provider.shared);
  if (trial->called_tool) return {Verdict::ok, "tools", model + " calls them", ""};
  return {Verdict::fail, "tools",
          model + " answered without the tool it had to call: Claude Code cannot work so",
          "choose a model that calls tools; local servers have a switch for it (see docs/providers)"};
}

Finding check_image(Provider& provider, std::string_view family, const std::string& model) {
  const auto content = fmt::format(
      R"([{{"type":"text","text":"Which colour is this? One word."}},{{"type":"image","source":{{"type":"base64","media_type":"image/png","data":"{}"}}}}])",
      picture);
  const auto trial = try_request(provider, question(family, content));
  if (trial) return {Verdict::ok, "images", model + " takes them", ""};
  return {Verdict::warn, "images", trial.error().message,
          "choose a model that sees, if you want to show it pictures"};
}

/// What only the most used model is asked.
Findings check_features(Provider& provider, std::string_view family, const std::string& model) {
  bool counted = false;
  Findings findings = {check_streaming(provider, family, counted)};
  if (findings.back().verdict == Verdict::fail) return findings;
  findings.push_back(check_usage(counted));
  findings.push_back(check_tools(provider, family, model));
  findings.push_back(check_image(provider, family, model));
  return findings;
}

}  // namespace

std::string cure_for(const Error& error, const proxy::Shared& shared) {
  switch (error.kind) {
    case ErrorKind::permission:
      return "set OPENAI_API_KEY to a key of " + shared.origin.host;
    case ErrorKind::not_found:
      if (!shared.config.azure_api_version.empty())
        return "on Azure BIG_MODEL, MIDDLE_MODEL and SMALL_MODEL are the names of your deployments; check "
               "AZURE_API_VERSION too";
      return "check the model's name, and that OPENAI_BASE_URL is complete (often a missing /v1)";
    case ErrorKind::rate_limit:
      return "wait, or look at the limits and the credit of your account";
    case ErrorKind::timeout:
      return "raise REQUEST_TIMEOUT, if the model needs longer for its first word";
    case ErrorKind::bad_gateway:
      return "check OPENAI_BASE_URL and the network";
    default:
      return {};
  }
}

Findings check_models(Provider& provider) {
  const auto& models = provider.shared.models;
  const std::pair<std::string_view, const std::string&> families[] = {
      {"opus", models.big}, {"sonnet", models.middle}, {"haiku", models.small}};
  Findings findings;
  std::set<std::string> tried;
  for (const auto& [family, model] : families) {
    if (!tried.insert(model).second) continue;
    findings.push_back(check_answer(provider, family, model));
    if (tried.size() > 1 || findings.back().verdict == Verdict::fail) continue;
    for (auto& finding : check_features(provider, family, model)) findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace ccp::doctor
