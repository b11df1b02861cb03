#include "net/program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

namespace ccp::net {

namespace {

using Pipe = asio::posix::basic_stream_descriptor<Executor>;

/// A file descriptor of ours, closed at the end.
class File {
 public:
  explicit File(int fd = -1) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(File&& other) noexcept : fd_(other.release()) {}
  File& operator=(File&&) = delete;

  [[nodiscard]] int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::unexpected<Error> failed(std::string_view what, int code) {
  return internal_error(fmt::format("{}: {}", what, std::strerror(code)));
}

/// A file in memory that holds `bytes`, at its beginning.
Result<File> file_of(std::string_view bytes) {
  File file(memfd_create("input", MFD_CLOEXEC));
  if (!file) return failed("memfd_create", errno);
  while (!bytes.empty()) {
    const auto written = write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return failed("a file in memory", errno);
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  lseek(file.get(), 0, SEEK_SET);
  return file;
}

/// A running program. Killed and reaped by its destructor at the latest.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() { end(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void kill() const {
    if (pid_ > 0) ::kill(-pid_, SIGKILL);
  }
  /// Why it failed, by its exit code or the signal that ended it; empty when it did not, or was killed by us.
  std::string end() {
    if (pid_ <= 0) return {};
    kill();
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
      return fmt::format("exit code {}", WEXITSTATUS(status));
    if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL) return fmt::format("signal {}", WTERMSIG(status));
    return {};
  }

 private:
  pid_t pid_;
};

/// The program behind a shell that sets its limits first: POSIX has no other way that leaves no gap.
std::vector<std::string> command(const Program& program, const ProgramLimits& limits) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(limits.time).count();
  std::vector<std::string> words = {
      "/bin/sh", "-c",
      fmt::format(R"(ulimit -v {} && ulimit -t {} && ulimit -f 0 && ulimit -c 0 && exec "$0" "$@")",
                  limits.memory >> 10, seconds),
      program.path};
  words.insert(words.end(), program.arguments.begin(), program.arguments.end());
  return words;
}

/// What is done between fork and exec.
class SpawnPlan {
 public:
  SpawnPlan(const File& input, const File& output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, input.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output.get(), STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  /// The process, or the negative error code.
  pid_t spawn(const Program& program, const ProgramLimits& limits) const {
    auto words = command(program, limits);
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::string path = "PATH=/usr/local/bin:/usr/bin:/bin";
    std::string language = "LANG=C.UTF-8";
    const std::array<char*, 3> environment = {path.data(), language.data(), nullptr};
    pid_t pid = 0;
    const int code = posix_spawn(&pid, argv[0], &actions_, &attributes_, argv.data(), environment.data());
    return code == 0 ? pid : -code;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

/// Shared with the timer, whose handler may come late.
struct Running {
  Running(asio::io_context& io, pid_t pid, int output) : child(pid), pipe(io, output), patience(io) {}
  Child child;
  Pipe pipe;
  Timer patience;
  bool late = false;
};

Result<std::shared_ptr<Running>> start(asio::io_context& io, const Program& program, std::string_view input,
                                       const ProgramLimits& limits) {
  const auto file = file_of(input);
  if (!file) return std::unexpected(file.error());
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return failed("pipe", errno);
  File reading(ends[0]);
  const File writing(ends[1]);
  const auto pid = SpawnPlan(*file, writing).spawn(program, limits);
  if (pid < 0) return failed(program.path, -pid);
  auto running = std::make_shared<Running>(io, pid, reading.release());
  running->patience.expires_after(limits.time);
  running->patience.async_wait([running](const boost::system::error_code& error) {
    if (error) return;
    running->late = true;
    running->child.kill();
  });
  return running;
}

/// Everything that it writes, up to the limit.
Task<ProgramOutput> output_of(Running& running, std::size_t limit) {
  ProgramOutput output;
  std::array<char, std::size_t{16} << 10> buffer;
  for (;;) {
    boost::system::error_code error;
    const auto size =
        co_await running.pipe.async_read_some(asio::buffer(buffer), asio::redirect_error(use_task, error));
    if (error || size == 0) co_return output;
    const auto room = std::min(size, limit - output.bytes.size());
    output.bytes.append(buffer.data(), room);
    output.cut = room < size;
    if (output.cut) co_return output;
  }
}

}  // namespace

Task<Result<ProgramOutput>> run(asio::io_context& io, const Program& program, std::string_view input,
                                ProgramLimits limits) {
  const auto running = start(io, program, input, limits);
  if (!running) co_return std::unexpected(running.error());
  auto output = co_await output_of(**running, limits.output);
  (*running)->patience.cancel();
  const auto failure = (*running)->child.end();
  if ((*running)->late) {
    co_return internal_error(fmt::format("{} took longer than {} s", program.path,
                                         std::chrono::ceil<std::chrono::seconds>(limits.time).count()));
  }
  if (!failure.empty() && output.bytes.empty()) {
    co_return internal_error(fmt::format("{} ended with {}", program.path, failure));
  }
  co_return output;
}

std::optional<std::string> find_program(std::string_view name) {
  const auto runs = [](const std::string& path) { return access(path.c_str(), X_OK) == 0; };
  if (name.contains('/')) return runs(std::string(name)) ? std::optional<std::string>(name) : std::nullopt;
  const char* variable = std::getenv("PATH");
  std::string_view folders = variable == nullptr ? "/usr/bin:/bin" : variable;
  while (!folders.empty()) {
    const auto folder = folders.substr(0, folders.find(':'));
    folders.remove_prefix(std::min(folders.size(), folder.size() + 1));
    auto path = fmt::format("{}/{}", folder, name);
    if (!folder.empty() && runs(path)) return path;
  }
  return std::nullopt;
}

}  // namespace ccp::net
