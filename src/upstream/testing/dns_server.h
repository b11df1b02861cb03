#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace ccp::upstream::testing {

/// What a DNS server says to one question.
struct DnsAnswer {
  enum class Code : std::uint8_t { ok = 0, no_such_name = 3 };
  Code code = Code::ok;
  std::vector<std::string> addresses;  ///< those of the other family are left out
  std::uint32_t ttl = 30;
  bool silent = false;
};

/// A DNS server on a UDP port of 127.0.0.1, for A and AAAA.
class DnsServer {
 public:
  using Script = std::function<DnsAnswer(std::string_view name)>;

  /// With `held`, questions wait for `release`.
  explicit DnsServer(Script script, bool held = false);
  ~DnsServer();
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

  void release();
  /// As `Options::dns_servers` wants it.
  [[nodiscard]] std::string servers() const;
  [[nodiscard]] int questions() const { return questions_; }

 private:
  void serve();
  std::string answer(std::string_view question);

  Script script_;
  int socket_;
  std::uint16_t port_ = 0;
  std::atomic<int> questions_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_;
  std::thread thread_;
};

namespace detail {

inline constexpr std::size_t header_size = 12;
inline constexpr int type_a = 1;
inline constexpr int type_aaaa = 28;

inline void append_number(std::string& out, std::uint32_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

/// The name at the start of a question; `size` becomes that of the whole question.
inline std::string name_of(std::string_view question, std::size_t& size) {
  std::string name;
  std::size_t at = 0;
  while (question[at] != 0) {
    const auto length = static_cast<std::size_t>(question[at]);
    if (!name.empty()) name += '.';
    name += question.substr(at + 1, length);
    at += length + 1;
  }
  size = at + 5;
  return name;
}

inline std::string record(const std::string& address, int type, std::uint32_t ttl) {
  std::array<char, 16> bytes;
  const std::size_t size = type == type_a ? 4 : 16;
  if (::inet_pton(type == type_a ? AF_INET : AF_INET6, address.c_str(), bytes.data()) != 1) return {};
  std::string out = "\xc0\x0c";
  append_number(out, static_cast<std::uint32_t>(type), 2);
  append_number(out, 1, 2);
  append_number(out, ttl, 4);
  append_number(out, static_cast<std::uint32_t>(size), 2);
  return out.append(bytes.data(), size);
}

}  // namespace detail

inline DnsServer::DnsServer(Script script, bool held)
    : script_(std::move(script)), socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)), held_(held) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("the DNS server of the test cannot start");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

inline DnsServer::~DnsServer() {
  release();
  ::shutdown(socket_, SHUT_RDWR);
  thread_.join();
  ::close(socket_);
}

inline void DnsServer::release() {
  const std::lock_guard lock(mutex_);
  held_ = false;
  changed_.notify_all();
}

inline std::string DnsServer::servers() const { return "127.0.0.1:" + std::to_string(port_); }

inline void DnsServer::serve() {
  std::array<char, 1500> packet;
  for (;;) {
    sockaddr_in from{};
    socklen_t from_size = sizeof from;
    const ssize_t size =
        ::recvfrom(socket_, packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(&from), &from_size);
    if (size <= static_cast<ssize_t>(detail::header_size)) return;
    ++questions_;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !held_; });
    }
    const std::string reply = answer(std::string_view(packet.data(), static_cast<std::size_t>(size)));
    if (!reply.empty())
      ::sendto(socket_, reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from), from_size);
  }
}

inline std::string DnsServer::answer(std::string_view packet) {
  std::size_t size = 0;
  const std::string name = detail::name_of(packet.substr(detail::header_size), size);
  const std::string_view question = packet.substr(detail::header_size, size);
  const int type = static_cast<unsigned char>(question[size - 3]);
  const DnsAnswer said = script_(name);
  if (said.silent) return {};
  std::string records;
  std::uint32_t count = 0;
  for (const std::string& address : said.addresses) {
    const std::string made =
        type == detail::type_a || type == detail::type_aaaa ? detail::record(address, type, said.ttl) : "";
    records += made;
    count += made.empty() ? 0 : 1;
  }
  std::string reply(packet.substr(0, 2));
  detail::append_number(reply, 0x8180U | static_cast<std::uint32_t>(said.code), 2);
  detail::append_number(reply, 1, 2);
  detail::append_number(reply, count, 2);
  detail::append_number(reply, 0, 4);
  return reply.append(question).append(records);
}

}  // namespace ccp::upstream::testing
