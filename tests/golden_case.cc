#include "golden_case.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "golden_json.h"
#include "json/reader.h"
#include "provider/profiles.h"

namespace ccp::golden {

namespace {

namespace fs = std::filesystem;

const fs::path root = fs::path(CCP_SOURCE_DIR) / "tests" / "golden";

constexpr std::array<std::string_view, 12> known_files = {"note.md",
                                                          "client.json",
                                                          "upstream.json",
                                                          "upstream.sse",
                                                          "upstream.answer.json",
                                                          "upstream.error.json",
                                                          "upstream.retry.json",
                                                          "client.sse",
                                                          "client.answer.json",
                                                          "client.error.json",
                                                          "expect.json",
                                                          "case.json"};

std::string read_bytes(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return std::move(bytes).str();
}

/// Stores what was read, in a member of whichever type.
template <class Member, class T>
Result<void> store(Member& member, const Result<T>& read) {
  if (!read) return std::unexpected(read.error());
  member = static_cast<Member>(*read);
  return {};
}

std::unexpected<Error> unknown(std::string_view what, std::string_view key) {
  return internal_error(std::string(what) + " has no field " + std::string(key));
}

/// The profile that the rules give, changed by a case's own settings.
Result<void> set_profile(Settings& settings, std::string_view changes) {
  settings.profile = provider::Profiles({settings.host}, {}).of(settings.upstream_model);
  const auto parsed = translate::parse_settings(changes);
  if (!parsed) return internal_error(parsed.error());
  for (const auto& setting : *parsed) (void)translate::apply(setting, settings.profile);
  return {};
}

Result<void> read_limits(translate::Limits& limits, json::Value object) {
  return object.object([&](std::string_view key, json::Value value) -> Result<void> {
    if (key == "min_tokens") return store(limits.min_tokens, value.integer());
    if (key == "max_tokens") return store(limits.max_tokens, value.integer());
    return unknown("limits", key);
  });
}

Result<Settings> read_settings(std::string text) {
  Settings settings;
  std::string changes;
  json::Reader reader;
  const auto parsed = reader.parse(text, [&](json::Value document) {
    return document.object([&](std::string_view key, json::Value value) -> Result<void> {
      if (key == "upstream_model") return store(settings.upstream_model, value.string());
      if (key == "host") return store(settings.host, value.string());
      if (key == "settings") return store(changes, value.string());
      if (key == "limits") return read_limits(settings.limits, value);
      if (key == "pdf_text") return store(settings.pdf_text.emplace(), value.string());
      if (key == "stream") return store(settings.stream.emplace(), value.boolean());
      return unknown("case.json", key);
    });
  });
  if (!parsed) return std::unexpected(parsed.error());
  if (auto done = set_profile(settings, changes); !done) return std::unexpected(done.error());
  return settings;
}

std::string default_body(bool stream) {
  std::string body =
      R"({"model":"claude-sonnet-4","max_tokens":1024,"messages":[{"role":"user","content":"hi"}],"tools":[)"
      R"({"name":"Bash","input_schema":{"type":"object","properties":{"command":{"type":"string"}}}},)"
      R"({"name":"Read","input_schema":{"type":"object","properties":{"file_path":{"type":"string"}}}}])";
  if (stream) body += R"(,"stream":true)";
  return body + "}";
}

/// What is wrong with the set of files, or an empty string.
std::string fault(const Case& golden) {
  for (const auto& [name, bytes] : golden.files) {
    if (std::ranges::find(known_files, name) == known_files.end()) return "unknown file " + name;
    if (name.starts_with("client") && bytes.empty()) return name + " is empty";
  }
  const auto has = [&](std::string_view name) { return golden.file(name) != nullptr; };
  const auto* note = golden.file("note.md");
  if (note == nullptr || note->empty()) return "note.md is missing";
  if (std::ranges::count(*note, '\n') > 6) return "note.md is longer than 6 lines";
  const int answers = has("upstream.sse") + has("upstream.answer.json") + has("upstream.error.json");
  if (answers > 1) return "more than one answer of the provider";
  if (answers == 0 && !has("client.json")) return "neither a request nor an answer";
  if (has("client.json") && !has("upstream.json") && !has("client.error.json")) {
    return "the request has no upstream.json and no client.error.json";
  }
  const int outcomes = has("client.error.json") + has("upstream.retry.json") + has("expect.json");
  if (has("upstream.error.json") && outcomes != 1) {
    return "a refusal has a client.error.json, an upstream.retry.json or an expect.json";
  }
  if ((has("upstream.sse") || has("upstream.answer.json")) && !has("expect.json") &&
      !has("client.error.json")) {
    return "the answer has no expect.json";
  }
  return {};
}

bool updating() { return std::getenv("GOLDEN_UPDATE") != nullptr; }

}  // namespace

const std::string* Case::file(std::string_view file_name) const {
  const auto found = files.find(file_name);
  return found == files.end() ? nullptr : &found->second;
}

std::string Case::client_body() const {
  if (const auto* body = file("client.json")) return minify(*body);
  return default_body(
      settings.stream.value_or(file("upstream.sse") != nullptr && !settings.profile.stream_only));
}

void Case::write(std::string_view file_name, std::string_view bytes) const {
  std::ofstream(root / name / file_name, std::ios::binary) << bytes;
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(root)) {
    if (entry.is_directory()) names.push_back(entry.path().filename());
  }
  std::ranges::sort(names);
  return names;
}

Result<Case> load(const std::string& name) {
  Case golden;
  golden.name = name;
  for (const auto& entry : fs::directory_iterator(root / name)) {
    golden.files[entry.path().filename()] = read_bytes(entry.path());
  }
  // A new request of Claude Code gets its upstream.json from the first update.
  if (updating() && name.starts_with("claude-code-")) golden.files.try_emplace("upstream.json", "{}");
  if (auto problem = fault(golden); !problem.empty()) return internal_error(std::move(problem));
  if (const auto* text = golden.file("case.json")) {
    auto settings = read_settings(*text);
    if (!settings) return std::unexpected(settings.error());
    golden.settings = std::move(*settings);
  }
  return golden;
}

}  // namespace ccp::golden
