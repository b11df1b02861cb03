#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/stream.h"
#include "upstream/body_decoder.h"
#include "upstream/cancellation.h"
#include "upstream/client_state.h"
#include "upstream/content_decoder.h"

namespace ccp::upstream {

/// See Call: the same contracts.
class Call::Implementation {
 public:
  Implementation(std::shared_ptr<Client::State> client, const Origin& origin, Request request);

  net::Task<Result<void>> send();
  net::Task<Result<const net::ResponseHead*>> head(std::chrono::milliseconds wait);
  net::Task<Result<std::optional<std::string_view>>> read(std::chrono::milliseconds wait);
  net::Task<Result<std::string>> read_all(std::size_t limit, std::chrono::milliseconds time);
  void cancel();
  [[nodiscard]] bool reused() const { return reused_; }

 private:
  net::Task<Result<void>> open();
  net::Task<Result<void>> transmit();
  net::Task<net::IoResult<void>> write_request();
  net::Task<Result<void>> replace(net::IoError failure);
  Result<bool> take_head();
  Result<bool> accept(net::ResponseHead parsed, std::string behind);
  net::Task<net::IoResult<std::span<char>>> next_bytes(std::chrono::milliseconds wait);
  Result<std::string_view> decode(std::span<char> bytes);
  [[nodiscard]] Result<std::string_view> content(const ContentDecoder::Piece& piece) const;
  Result<std::string_view> ended(const net::IoError& failure);
  void finish();
  [[nodiscard]] std::unexpected<Error> broken(std::string_view what, const net::IoError& failure) const;

  std::shared_ptr<Client::State> client_;
  Origin origin_;
  Request request_;
  Cancellation cancellation_;
  std::unique_ptr<net::Stream> stream_;
  bool reused_ = false;

  std::string request_text_;  ///< head and first part of the body, until the answer has begun
  std::size_t body_in_text_ = 0;
  bool sent_whole_ = false;
  std::optional<net::IoError> write_failure_;

  std::string head_bytes_;  ///< `head_` points into it
  std::size_t head_checked_ = 0;
  int interim_heads_ = 0;
  std::optional<net::ResponseHead> head_;

  std::string behind_head_;  ///< body bytes that came with the head
  std::string delivered_;    ///< those of them the last `read` gave away
  std::optional<BodyDecoder> body_;
  std::optional<ContentDecoder> content_;
  bool surplus_ = false;
};

}  // namespace ccp::upstream
