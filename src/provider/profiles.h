#pragma once

#include <expected>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "translate/profile.h"

/// Which provider takes what: the table of known ones, the user's own rules, and what was learned.
namespace ccp::provider {

/// A rule changes the profile where host and model match. Patterns are compared in lower case; `*` stands for
/// any text, a comma for "or".
struct Rule {
  std::string
      host;  ///< against `host`, `host:port` and `host/path` of the base URL; or any_other_host among them
  std::string model;  ///< against the name behind its last `/`, with and without a maker in front (`azure.`),
                      ///< or the whole name when the pattern has a `/`
  std::vector<translate::ProfileSetting> settings;
  std::string note;  ///< who says so, or where the rule stands
};

/// As the host of a rule: any host that no known rule names by itself. Ports and paths alone are no names.
inline constexpr std::string_view any_other_host = "other";

/// The rules that come with the program, in the order in which they apply.
const std::vector<Rule>& known_rules();

/// Reads the user's rules: one a line, `HOST MODEL name=value…`, `#` begins a comment. The error lists every
/// wrong line, each as `NAME:LINE: what is wrong`.
std::expected<std::vector<Rule>, std::vector<std::string>> parse_rules(std::string_view text,
                                                                       std::string_view name);

/// docs/providers.md.
std::string render_markdown();

/// `model` without the maker that a gateway puts in front: behind its last `/`, and without words of letters
/// that end in a dot (`us.openai.gpt-5.2`).
std::string_view family_name(std::string_view model);

/// Whether `text` matches `pattern`, as the fields of Rule say.
bool matches(std::string_view pattern, std::string_view text);

/// The profiles of one provider's models. Process-wide and thread-safe.
class Profiles {
 public:
  /// Models of which something learned is kept; beyond it nothing more is learned.
  static constexpr std::size_t capacity = 1024;

  /// `places`: the provider's host as rules may name it (`host`, `host:port`, `host/path`).
  Profiles(std::vector<std::string> places, std::vector<Rule> own)
      : places_(std::move(places)), own_(std::move(own)), is_other_(is_other(places_)) {}

  /// Known rules, then the user's, then what was learned.
  [[nodiscard]] translate::Profile of(std::string_view model) const;

  /// Remembers what the provider refused of `model`. Returns whether that was news.
  bool learn(std::string_view model, translate::ProfileSetting setting);

  /// The rules that apply to `model`, known ones first, and what was learned of it as the last.
  [[nodiscard]] std::vector<Rule> applying(std::string_view model) const;

 private:
  static bool is_other(const std::vector<std::string>& places);
  [[nodiscard]] bool applies(const Rule& rule, std::string_view model) const;
  [[nodiscard]] translate::Profile by_rules(std::string_view model) const;

  std::vector<std::string> places_;
  std::vector<Rule> own_;
  bool is_other_;  ///< no known rule names the host
  mutable std::mutex mutex_;
  /// What the rules come to, by model: matching them all takes longer than the rest of a small request.
  mutable std::map<std::string, translate::Profile, std::less<>> known_;
  std::map<std::string, std::vector<translate::ProfileSetting>, std::less<>> learned_;
};

}  // namespace ccp::provider
