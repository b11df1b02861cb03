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

  /// How many tokens there are.
  std::size_t count() {
    if (piece_.size() > short_piece) return ends().size();
    Part parts[short_piece + 2];
    return merge_by_scanning(parts);
  }

  /// The ends of the tokens, in order.
  const std::vector<std::uint32_t>& ends() {
    if (piece_.size() <= short_piece) {
      Part parts[short_piece + 2];
      const auto count = merge_by_scanning(parts);
      for (std::size_t i = 1; i <= count; ++i) ends_.push_back(parts[i].start);
    } else {
      merge_by_queue();
    }
    return ends_;
  }

 private:
  struct Part {
    std::uint32_t start;
    std::uint32_t rank;  ///< of this part joined with the next one
  };

  [[nodiscard]] std::uint32_t rank(std::size_t from, std::size_t to) const {
    return ranks_.find(piece_.substr(from, to - from));
  }

  /// Returns the number of parts; one more says where the last one ends.
  std::size_t merge_by_scanning(Part* parts) const {
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
    return count;
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

/// The counts of short pieces. Text repeats its words: this stays in the processor's nearer caches, the table
/// of all tokens does not.
class Frequent {
 public:
  /// The bytes of a short piece and, in the highest one, its length; all zero for a piece that is not kept.
  struct Key {
    std::uint64_t low = 0, high = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  static constexpr std::size_t longest = 15;

  /// Of the piece of `size` bytes at the start of `text`. At the text's end none is kept: reading beyond it
  /// is the price of reading a word at once.
  static Key key(std::string_view text, std::size_t size) {
    Key key;
    if (size > longest || text.size() <= longest) return key;
    std::memcpy(&key, text.data(), sizeof key);
    if (size < 8) {
      key = {.low = key.low & mask(size)};
    } else {
      key.high &= mask(size - 8);
    }
    key.high |= std::uint64_t{size} << 56U;
    return key;
  }

  /// 0: not known.
  [[nodiscard]] std::uint8_t find(const Key& key) const {
    const auto at = slot(key);
    return keys_[at] == key ? counts_[at] : 0;
  }
  void add(const Key& key, std::uint8_t count) {
    if (key == Key{}) return;
    const auto at = slot(key);
    keys_[at] = key;
    counts_[at] = count;
  }

 private:
  static constexpr unsigned bits = 13;
  static constexpr std::uint64_t mask(std::size_t bytes) { return (std::uint64_t{1} << 8 * bytes) - 1; }
  static std::size_t slot(const Key& key) {
    return ((key.low ^ (key.high * 0xC2B2AE3D27D4EB4FU)) * 0x9E3779B97F4A7C15U) >> (64U - bits);
  }
  std::array<Key, std::size_t{1} << bits> keys_{};
  std::array<std::uint8_t, std::size_t{1} << bits> counts_{};
};

std::size_t tokens_of(std::string_view piece) {
  return Ranks::get().find(piece) != Ranks::none ? 1 : Merge(piece).count();
}

}  // namespace

void load() { Ranks::get(); }

std::int64_t count(std::string_view text) {
  thread_local Frequent frequent;
  std::int64_t total = 0;
  while (!text.empty()) {
    const auto size = next_piece(text);
    const auto key = Frequent::key(text, size);
    if (const auto known = frequent.find(key); known != 0) {
      total += known;
    } else {
      const auto tokens = tokens_of(text.substr(0, size));
      frequent.add(key, static_cast<std::uint8_t>(tokens));
      total += static_cast<std::int64_t>(tokens);
    }
    text.remove_prefix(size);
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
