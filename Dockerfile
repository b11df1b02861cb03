# docker build -t claude-code-proxy . && docker run --rm --env-file .env -p 8082:8082 claude-code-proxy
ARG BASE=debian:trixie-slim

FROM ${BASE} AS build
WORKDIR /src
COPY . .
# Beside the program: the packages of the shared libraries it needs, and no others.
RUN ./dev build && strip -o /claude-code-proxy build/release/claude-code-proxy \
 && ldd /claude-code-proxy | awk '$2 == "=>" { n = split($3, part, "/"); print "*/" part[n] }' \
  | xargs dpkg -S | cut -d: -f1 | sort -u > /packages

# And pdftotext, for PDFs at providers that take no files.
FROM ${BASE}
COPY --from=build /packages /packages
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ca-certificates poppler-utils $(cat /packages) \
 && rm -rf /var/lib/apt/lists/* /packages
COPY --from=build /claude-code-proxy /usr/local/bin/claude-code-proxy
WORKDIR /app
USER 65532:65532
EXPOSE 8082
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s CMD ["claude-code-proxy", "healthcheck"]
ENTRYPOINT ["claude-code-proxy"]
