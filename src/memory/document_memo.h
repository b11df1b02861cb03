#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "translate/document_texts.h"

namespace ccp::memory {

/// The texts of PDFs that were read before, so that each turn of a conversation repeats the bytes of the one
/// before and a document is read once. Bounded: the oldest go. Process-wide and thread-safe.
class DocumentMemo final : public translate::DocumentTexts {
 public:
  explicit DocumentMemo(std::size_t capacity = std::size_t{64} << 20) : capacity_(capacity) {}

  /// A name for a document that nobody can make another document have: the SHA-256 of its payload.
  static std::string key(std::string_view payload);

  [[nodiscard]] std::optional<std::string> text(std::string_view payload) const override;
  [[nodiscard]] bool knows(const std::string& key) const;
  /// `text` is empty when none can be extracted.
  void keep(const std::string& key, std::string text);

 private:
  /// What an entry costs beside its text.
  static constexpr std::size_t overhead = 256;

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> texts_;
  std::deque<std::string> order_;  ///< keys, the oldest first
  std::size_t bytes_ = 0;
};

}  // namespace ccp::memory
