#include "net/program.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace ccp::net {
namespace {

/// What `sh -c script` makes of `input`, or `error: …`.
std::string output(std::string script, std::string_view input = "", ProgramLimits limits = {}) {
  asio::io_context io{1};
  std::string result = "nothing";
  const Program shell{"/bin/sh", {"-c", std::move(script)}};
  asio::co_spawn(
      io,
      [&]() -> Task<void> {
        auto done = co_await run(io, shell, input, limits);
        result = done ? done->bytes + (done->cut ? " (cut)" : "") : "error: " + done.error().message;
      },
      asio::detached);
  io.run();
  return result;
}

TEST(Program, ReadsItsInputAndIsRead) {
  EXPECT_EQ(output("cat", "hello"), "hello");
  EXPECT_EQ(output("wc -c", std::string(3'000'000, 'x')), "3000000\n");
  EXPECT_EQ(output("cat", std::string(1'000'000, 'x')), std::string(1'000'000, 'x'));
  EXPECT_EQ(output("true"), "");
  EXPECT_EQ(output("echo some; exit 3"), "some\n") << "what it wrote counts more than its exit code";
}

TEST(Program, FailuresAreErrors) {
  EXPECT_EQ(output("exit 3"), "error: /bin/sh ended with exit code 3");
  EXPECT_EQ(output("exec sleep 60", "", {.time = std::chrono::milliseconds(50)}),
            "error: /bin/sh took longer than 1 s");
}

TEST(Program, OneThatIsNotThere) {
  asio::io_context io{1};
  std::string message;
  const Program missing{"/nowhere/at/all", {}};
  asio::co_spawn(
      io, [&]() -> Task<void> { message = (co_await run(io, missing, "", {})).error().message; },
      asio::detached);
  io.run();
  EXPECT_EQ(message, "/nowhere/at/all ended with exit code 127");
}

TEST(Program, OutputAndMemoryAreBounded) {
  EXPECT_EQ(output("yes", "", {.output = 6}), "y\ny\ny\n (cut)");
  EXPECT_TRUE(output("dd if=/dev/zero of=/dev/null bs=600M count=1", "", {.memory = 64 << 20})
                  .starts_with("error: "));
}

TEST(Program, HasNothingOfOurs) {
  setenv("OPENAI_API_KEY", "secret", 1);
  EXPECT_EQ(output("env | grep -v -e ^PWD= -e ^OLDPWD= -e ^PATH= -e ^LANG= -e ^_= -e ^SHLVL= ; echo end"),
            "end\n");
  EXPECT_EQ(output("ls /proc/self/fd | wc -l"), "4\n") << "its three, and the folder that is listed";
}

TEST(Program, WritesNoFile) {
  const auto path = std::filesystem::temp_directory_path() / ("program_test." + std::to_string(getpid()));
  EXPECT_TRUE(
      output("echo x > " + path.string() + "; echo done").starts_with("error: /bin/sh ended with signal"));
  EXPECT_TRUE(!std::filesystem::exists(path) || std::filesystem::file_size(path) == 0);
  std::filesystem::remove(path);
}

TEST(Program, IsFoundInThePath) {
  EXPECT_EQ(find_program("/bin/sh"), "/bin/sh");
  EXPECT_TRUE(find_program("sh")->ends_with("/sh"));
  EXPECT_FALSE(find_program("no-such-program-anywhere"));
  EXPECT_FALSE(find_program("/nowhere/sh"));
}

}  // namespace
}  // namespace ccp::net
