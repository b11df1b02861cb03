#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/ascii.h"
#include "base/log.h"
#include "doctor/checks.h"
#include "json/writer.h"

namespace ccp::doctor {

namespace {

/// A yellow square of 32 by 32 pixels, PNG: not the colour that a model names which has not seen it.
constexpr std::string_view picture =
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAJ0lEQVR42u3NMQkAAAwDsPo33anoMQjkT9pMRSAQCAQCgUAgEH"
    "wJDl0q+Gok8jNhAAAAAElFTkSuQmCC";

/// A request for the family that is mapped to the model under test.
std::string question(std::string_view family, std::string_view content_json, int max_tokens,
                     std::string_view more = "") {
  return fmt::format(
      R"({{"model":"claude-{}","max_tokens":{},"messages":[{{"role":"user","content":{}}}]{}}})", family,
      max_tokens, content_json, more);
}

/// Enough for a word; a model that thinks first may be cut, and has answered all the same.
constexpr int word_tokens = 256;
/// With a thought before it.
constexpr int call_tokens = 1024;

constexpr std::string_view say_ok = R"("Answer with the word ok.")";

/// What is asked of one model.
struct Subject {
  Provider& provider;
  const ModelList& list;
  std::string_view family;
  const std::string& model;
};

/// Whether a trial ended because doctor, and not the proxy, waits no longer.
bool out_of_time(const Provider& provider, const Error& error) {
  return error.kind == ErrorKind::timeout && patience(provider).count() == 0;
}

std::string own_limit(const proxy::Shared& shared) {
  return fmt::format(
      "doctor tries for {} s in all, the proxy itself waits {} s (REQUEST_TIMEOUT): a slow machine needs "
      "longer for a long prompt, so try `claude-code-proxy doctor` again when the model is loaded",
      Provider::whole_time.count(), shared.config.request_timeout);
}

Finding failed(const Provider& provider, std::string subject, const Error& error,
               Verdict verdict = Verdict::fail) {
  if (out_of_time(provider, error))
    return {verdict, std::move(subject), error.message, own_limit(provider.shared)};
  return {verdict, std::move(subject), error.message, cure_for(error, provider.shared)};
}

Finding untried(std::string subject) {
  return {Verdict::warn, std::move(subject),
          fmt::format("not tried: the {} s of doctor are over, the model is slow here",
                      Provider::whole_time.count()),
          ""};
}

Findings streaming_findings(const Trial& trial, const std::string& model) {
  if (trial.finish_reason.empty())
    return {{Verdict::fail, "streaming", "the stream ended without a finish_reason",
             "the provider, or something on the way, cuts streams"}};
  Findings findings = {{Verdict::ok, model, "answers", ""}};
  findings.push_back(
      trial.streamed
          ? Finding{Verdict::ok, "streaming", "events arrive, finish_reason " + trial.finish_reason, ""}
          : Finding{Verdict::warn, "streaming",
                    "the provider answers in one piece: text will not appear as it is written", ""});
  findings.push_back(trial.counted
                         ? Finding{Verdict::ok, "token counts", "come with the stream", ""}
                         : Finding{Verdict::warn, "token counts",
                                   "do not come with the stream: what the client shows will be estimates",
                                   "set CONTEXT_WINDOW, so that long conversations are compacted in time"});
  return findings;
}

Findings check_streaming(const Subject& subject) {
  const auto trial =
      try_request(subject.provider, question(subject.family, say_ok, word_tokens, R"(,"stream":true)"));
  if (!trial) return {failed(subject.provider, subject.model, trial.error())};
  return streaming_findings(*trial, subject.model);
}

Findings check_answer(const Subject& subject) {
  const auto trial = try_request(subject.provider, question(subject.family, say_ok, word_tokens));
  if (!trial) return {failed(subject.provider, subject.model, trial.error())};
  return {{Verdict::ok, subject.model, "answers", ""}};
}

Findings check_tools(const Subject& subject) {
  constexpr std::string_view tool =
      R"(,"stream":true,"tools":[{"name":"Glob","description":"Lists files","input_schema":{"type":"object","properties":{"pattern":{"type":"string"}},"required":["pattern"]}}],"tool_choice":{"type":"any"})";
  const auto trial =
      try_request(subject.provider,
                  question(subject.family, R"("Which files end in .md? Use the tool.")", call_tokens, tool));
  if (!trial) return {failed(subject.provider, "tools", trial.error())};
  if (trial->called_tool) return {{Verdict::ok, "tools", subject.model + " calls them", ""}};
  if (trial->finish_reason == "length")
    return {{Verdict::warn, "tools", subject.model + " came to no call before its tokens were used up",
             "raise MAX_TOKENS_LIMIT, let it think less (PROFILES_FILE: effort), or choose another model"}};
  return {{Verdict::fail, "tools",
           subject.model + " answered without the tool it had to call: Claude Code cannot work so",
           "choose a model that calls tools; local servers have a switch for it (see docs/providers)"}};
}

/// The picture is yellow: who does not say so has not seen it.
Finding seen(const Trial& trial, const std::string& model) {
  const auto said = lower(trial.text);
  auto words = " " + said + " ";  // "yellowish" is doubt
  std::ranges::replace_if(words, [](char c) { return c < 'a' || c > 'z'; }, ' ');
  for (const std::string_view yellow : {"yellow", "lemon", "jaune", "amarillo", "gelb"}) {
    if (words.contains(fmt::format(" {} ", yellow))) return {Verdict::ok, "images", model + " sees them", ""};
  }
  return {
      Verdict::warn, "images",
      fmt::format("{} takes them, but of a yellow square it said: {}", model, one_line(said).substr(0, 60)),
      "choose a model that sees, if you want to show it pictures"};
}

Findings check_image(const Subject& subject) {
  const auto content = fmt::format(
      R"([{{"type":"text","text":"Which colour is this? One word."}},{{"type":"image","source":{{"type":"base64","media_type":"image/png","data":"{}"}}}}])",
      picture);
  const auto trial = try_request(subject.provider, question(subject.family, content, word_tokens));
  if (trial) return {seen(*trial, subject.model)};
  if (out_of_time(subject.provider, trial.error()))
    return {failed(subject.provider, "images", trial.error(), Verdict::warn)};
  return {{Verdict::warn, "images", trial.error().message,
           "choose a model that sees, if you want to show it pictures"}};
}

using Check = Findings (*)(const Subject& subject);

/// Whether all went well. Says first what is waited for.
bool run(const Subject& subject, std::string_view name, Check check, const Reporter& reporter) {
  const auto left = patience(subject.provider);
  if (left.count() == 0) {
    reporter.found(untried(std::string(name)));
    return true;
  }
  reporter.waiting(fmt::format("{}: waiting for {}, up to {} s", name, subject.model, left.count()));
  bool well = true;
  for (const auto& finding : check(subject)) {
    reporter.found(finding);
    well = well && finding.verdict != Verdict::fail;
  }
  return well;
}

/// What only the most used model is asked. Its window is asked for when it is loaded.
void check_most_used(const Subject& subject, const Reporter& reporter) {
  const bool answers = run(subject, "streaming", check_streaming, reporter);
  reporter.found(check_window(subject.provider, subject.list, subject.model));
  if (!answers) return;
  run(subject, "tools", check_tools, reporter);
  run(subject, "images", check_image, reporter);
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

void check_models(Provider& provider, const ModelList& list, const Reporter& reporter) {
  const auto& models = provider.shared.models;
  const std::pair<std::string_view, const std::string&> families[] = {
      {"opus", models.big}, {"sonnet", models.middle}, {"haiku", models.small}};
  provider.end = std::chrono::steady_clock::now() + Provider::whole_time;
  std::set<std::string> tried;
  for (const auto& [family, model] : families) {
    if (!tried.insert(model).second) continue;
    const Subject subject{provider, list, family, model};
    if (tried.size() == 1) {
      check_most_used(subject, reporter);
    } else {
      run(subject, model, check_answer, reporter);
    }
  }
}

}  // namespace ccp::doctor
