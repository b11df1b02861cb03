#include "translate/document_texts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/utf8.h"

namespace ccp::translate {

namespace {

constexpr std::string_view white_space = " \t\r\n\f";

}  // namespace

std::string document_text(std::string_view pages, std::size_t limit) {
  if (trimmed(pages, white_space).empty()) return {};
  const bool several = std::ranges::count(pages, '\f') > 1;
  std::string text;
  for (std::size_t number = 1; !pages.empty(); ++number) {
    const auto page = pages.substr(0, pages.find('\f'));
    pages.remove_prefix(std::min(pages.size(), page.size() + 1));
    const auto words = trimmed(page, white_space);
    if (words.empty()) continue;
    if (!text.empty()) text.append("\n\n");
    if (several) text.append(fmt::format("[page {}]\n", number));
    text.append(words);
  }
  if (text.size() <= limit) return text;
  return fmt::format("{}\n[cut here: the text has {} bytes]", beginning(text, limit), text.size());
}

}  // namespace ccp::translate
