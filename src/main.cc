#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>

#include "base/log.h"
#include "config/config.h"
#include "demo/server.h"
#include "doctor/doctor.h"
#include "process/assemble.h"
#include "process/run.h"
#include "provider/profiles.h"

namespace {

using namespace ccp;

enum class Command : std::uint8_t { serve, doctor, healthcheck, explain };

struct Arguments {
  Command command = Command::serve;
  std::string env_file;
  std::string render;
  std::string model;  ///< for explain
  std::string log_format;
  bool log_bodies = false;
  bool demo = false;
  bool print_config = false;
  bool check_config = false;
};

int refuse(const config::Problems& problems, std::string_view where) {
  fmt::print(stderr, "claude-code-proxy: {} not usable:\n", where);
  for (const auto& line : problems.lines) fmt::print(stderr, "  {}\n", line);
  return 2;
}

/// The text of the env file; a missing `.env` is an empty one, a missing file that was named is a problem.
std::expected<std::string, config::Problems> read_env_file(const Arguments& arguments) {
  std::ifstream file(arguments.env_file.empty() ? ".env" : arguments.env_file, std::ios::binary);
  if (!file && arguments.env_file.empty()) return "";
  if (!file) return std::unexpected(config::Problems{{arguments.env_file + ": cannot be read"}});
  return std::string(std::istreambuf_iterator<char>(file), {});
}

/// The environment, and what the command line says instead.
config::Variables variables(const Arguments& arguments) {
  auto variables = config::shell_variables(environ);
  if (!arguments.log_format.empty()) variables["LOG_FORMAT"] = arguments.log_format;
  if (arguments.log_bodies) variables["LOG_BODIES"] = "true";
  return variables;
}

config::Purpose purpose(const Arguments& arguments) {
  if (arguments.demo) return config::Purpose::demo;
  const bool inspects = arguments.print_config || arguments.command == Command::healthcheck ||
                        arguments.command == Command::explain;
  return inspects ? config::Purpose::inspect : config::Purpose::serve;
}

std::expected<config::Config, config::Problems> configure(const Arguments& arguments) {
  const auto text = read_env_file(arguments);
  if (!text) return std::unexpected(text.error());
  const auto file = config::parse_dotenv(*text);
  if (!file) return std::unexpected(file.error());
  return config::load(variables(arguments), *file, purpose(arguments), process::check_endpoints);
}

int serve(config::Config config, bool demo) {
  Log log(config.log_level, config.log_format, config.log_bodies);
  return process::run(std::move(config), {.demo = demo}, log);
}

int start(config::Config config, Command command, bool demo) {
  return command == Command::doctor ? doctor::examine(std::move(config), demo)
                                    : serve(std::move(config), demo);
}

int start_with_demo(config::Config config, Command command) {
  auto provider = demo::Server::start();
  if (!provider) {
    fmt::print(stderr, "claude-code-proxy: the demo provider cannot start: {}\n", provider.error().message);
    return 1;
  }
  config.openai_base_url = fmt::format("http://127.0.0.1:{}/v1", (*provider)->port());
  config.openai_api_key = Secret();
  config.azure_api_version.clear();
  return start(std::move(config), command, true);
}

int render(std::string_view what) {
  if (what == "env-example") fmt::print("{}", config::render_env_example());
  if (what == "configuration") fmt::print("{}", config::render_markdown());
  if (what == "providers") fmt::print("{}", provider::render_markdown());
  if (what == "readme-table") fmt::print("{}", config::render_readme_table());
  return 0;
}

int run(const Arguments& arguments) {
  if (!arguments.render.empty()) return render(arguments.render);
  auto config = configure(arguments);
  if (!config) return refuse(config.error(), "the configuration is");
  if (arguments.check_config) return 0;
  if (arguments.print_config) {
    fmt::print("{}", config::render_config(*config));
    return 0;
  }
  if (arguments.command == Command::healthcheck) return doctor::healthcheck(*config);
  if (arguments.command == Command::explain) return doctor::explain(std::move(*config), arguments.model);
  if (arguments.demo) return start_with_demo(std::move(*config), arguments.command);
  return start(std::move(*config), arguments.command, false);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app(
      "Lets Claude Code, and every client of the Anthropic Messages API, use any OpenAI-compatible provider.",
      "claude-code-proxy");
  app.set_version_flag("--version", "claude-code-proxy " CCP_VERSION);
  app.add_flag("--demo", arguments.demo, "use the built-in demo provider: no key, no network");
  app.add_option("--env-file", arguments.env_file, "read settings from this file instead of .env");
  app.add_option("--log-format", arguments.log_format, "text, or json: one object a line");
  app.add_flag("--log-bodies", arguments.log_bodies,
               "write requests and answers to the log, prompts included");
  app.add_flag("--print-config", arguments.print_config,
               "print the effective settings, secrets hidden, and exit");
  app.add_flag("--check-config", arguments.check_config,
               "exit code 0 when the settings can be used, 2 when not");
  app.add_option("--render", arguments.render, "print a rendered page and exit")
      ->check(CLI::IsMember({"env-example", "configuration", "readme-table", "providers"}));
  app.fallthrough();
  app.add_subcommand("doctor", "check the way to the provider, with a cure for what is wrong")->callback([&] {
    arguments.command = Command::doctor;
  });
  app.add_subcommand("healthcheck", "exit code 0 when the proxy of this configuration answers")
      ->callback([&] { arguments.command = Command::healthcheck; });
  auto* explain =
      app.add_subcommand("explain", "show which rules apply to a model, and what they change")->callback([&] {
        arguments.command = Command::explain;
      });
  explain->add_option("--model", arguments.model, "the model's name as the client sends it")->required();
  app.footer("Settings come from environment variables or .env:\n" + ccp::config::render_help());
  CLI11_PARSE(app, argc, argv);
  return run(arguments);
}
