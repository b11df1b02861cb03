#include "tokens/count.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <queue>
#include <vector>

#include "tokens/pieces.h"
#include "tokens/ranks.h"

namespace ccp::tokens {

namespace {

/// Pieces up to this length are merged by looking at every pair each time; longer ones by a queue.
constexpr std::size_t short_piece = 96;

/// Byte-pair merging of one piece: again and again the two neighbours that form the token of the lowest rank
/// become one, the leftmost of equals first.
class Merge {
 public:
  explicit Merge(std::string_view piece) : piece_(piece), ranks_(Ranks::get()) {}

  /// The ends of the tokens, in order.
  const std::vector<std::uint32_t>& ends() {
    if (piece_.size() <= short_piece) {
      merge_by_scanning();
    } else {
      merge_by_queue();
    }
    return ends_;
  }

 private:
  [[nodiscard]] std::uint32_t rank(std::size_t from, std::size_t to) const {
    return ranks_.find(piece_.substr(from, to - from));
  }

  void merge_by_scanning() {
    struct Part {
      std::uint32_t start;
      std::uint32_t rank;  ///< of this part joined with the next one
    };
    Part parts[short_piece + 2];
    std::size_t count = piece_.size();
    const auto joined = [&](std::size_t i) {
      return i + 2 <= count ? rank(parts[i].start, parts[i + 2].start) : Ranks::none;
    };
    for (std::size_t i = 0; i <= count; ++i) parts[i].start = static_cast<std::uint32_t>(i);
    for (std::size_t i = 0; i <= count; ++i) parts[i].rank = joined(i);
    while (count > 1) {
      const auto* best = std::min_element(parts, parts + count - 1,
                                          [](const Part& a, const Part& b) { return a.rank < b.rank; });
      if (best->rank == Ranks::none) break;
      const auto at = static_cast<std::size_t>(best - parts);
      std::copy(parts + at + 2, parts + count + 1, parts + at + 1);
      --count;
      parts[at].rank = joined(at);
      if (at > 0) parts[at - 1].rank = joined(at - 1);
    }
    for (std::size_t i = 1; i <= count; ++i) ends_.push_back(parts[i].start);
  }

  void merge_by_queue() {
    struct Pair {
      std::uint32_t rank, start, middle, end;
      bool operator<(const Pair& other) const {
        return rank != other.rank ? rank > other.rank : start > other.start;
      }
    };
    const auto size = static_cast<std::uint32_t>(piece_.size());
    // Parts as a list over their starts; `next[i] == i` where no part starts any more.
    std::vector<std::uint32_t> next(size + 1), before(size + 1);
    std::priority_queue<Pair> queue;
    const auto offer = [&](std::uint32_t start) {
      if (next[start] >= size) return;
      const auto end = next[next[start]];
      if (const auto found = rank(start, end); found != Ranks::none)
        queue.push({found, start, next[start], end});
    };
    for (std::uint32_t i = 0; i <= size; ++i) {
      next[i] = i + 1;
      before[i] = i == 0 ? size : i - 1;
    }
    for (std::uint32_t i = 0; i + 1 < size; ++i) offer(i);
    while (!queue.empty()) {
      const auto [found, start, middle, end] = queue.top();
      queue.pop();
      if (next[start] != middle || next[middle] != end) continue;  // one of them was merged since
      next[start] = end;
      next[middle] = middle;
      if (end <= size) before[end] = start;
      offer(start);
      if (before[start] != size) offer(before[start]);
    }
    for (std::uint32_t at = 0; at < size;) ends_.push_back(at = next[at]);
  }

  std::string_view piece_;
  const Ranks& ranks_;
  std::vector<std::uint32_t> ends_;
};

/// Short pieces that are known to be whole tokens. Text repeats its words: this stays in the processor's
/// nearest cache, the table of all tokens does not.
class Frequent {
 public:
  /// A name for the piece of `size` bytes at the start of `text`; 0 for one that is too long to be kept, or
  /// at the text's end.
  static std::uint64_t key(std::string_view text, std::size_t size) {
    std::uint64_t bytes = 0;
    if (size >= sizeof bytes || text.size() < sizeof bytes) return 0;
    std::memcpy(&bytes, text.data(), sizeof bytes);
    return (bytes & ((std::uint64_t{1} << 8 * size) - 1)) | std::uint64_t{size} << 56U;
  }
  [[nodiscard]] bool has(std::uint64_t key) const { return key != 0 && keys_[slot(key)] == key; }
  void add(std::uint64_t key) {
    if (key != 0) keys_[slot(key)] = key;
  }

 private:
  static constexpr unsigned bits = 13;
  static std::size_t slot(std::uint64_t key) { return key * 0x9E3779B97F4A7C15U >> (64U - bits); }
  std::array<std::uint64_t, std::size_t{1} << bits> keys_{};
};

}  // namespace

std::int64_t count(std::string_view text) {
  thread_local Frequent frequent;
  const auto& ranks = Ranks::get();
  std::int64_t total = 0;
  while (!text.empty()) {
    const auto size = next_piece(text);
    const auto key = Frequent::key(text, size);
    const auto piece = text.substr(0, size);
    text.remove_prefix(size);
    if (frequent.has(key)) {
      ++total;
    } else if (ranks.find(piece) != Ranks::none) {
      frequent.add(key);
      ++total;
    } else {
      total += std::ssize(Merge(piece).ends());
    }
  }
  return total;
}

void encode(std::string_view text, void (*visit)(std::uint32_t rank, void* context), void* context) {
  const auto& ranks = Ranks::get();
  while (!text.empty()) {
    const auto piece = text.substr(0, next_piece(text));
    text.remove_prefix(piece.size());
    if (const auto whole = ranks.find(piece); whole != Ranks::none) {
      visit(whole, context);
      continue;
    }
    Merge merge(piece);
    std::uint32_t from = 0;
    for (const auto end : merge.ends()) {
      visit(ranks.find(piece.substr(from, end - from)), context);
      from = end;
    }
  }
}

}  // namespace ccp::tokens
