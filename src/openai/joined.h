#pragma once

#include <forward_list>
#include <string>
#include <string_view>

namespace ccp::openai {

/// Text that comes in pieces: a view while there is one piece, joined in `storage` from the second on, which
/// must outlive the views.
class Joined {
 public:
  explicit Joined(std::forward_list<std::string>& storage) : storage_(&storage) {}

  void add(std::string_view piece) {
    if (piece.empty()) return;
    if (text_.empty()) {
      text_ = piece;
      return;
    }
    if (owned_ == nullptr) owned_ = &storage_->emplace_front(text_);
    owned_->append(piece);
    text_ = *owned_;
  }
  [[nodiscard]] std::string_view view() const { return text_; }
  [[nodiscard]] std::forward_list<std::string>& storage() const { return *storage_; }

 private:
  std::forward_list<std::string>* storage_;
  std::string* owned_ = nullptr;
  std::string_view text_;
};

}  // namespace ccp::openai
