# shirebot as a container: one static binary, no shell, no root.
#
#   docker build -t shirebot .
#   docker run --rm -it -v shirebot:/data shirebot
#
# The volume holds the database and the key that opens the private details:
# keep a copy of the key in another place.

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -tags goolm -trimpath -o /out/shirebot ./cmd/shirebot
# Made here because there is no shell below; a new volume takes over the owner.
RUN install -d -m 0700 -o 65532 -g 65532 /out/rootfs/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/shirebot /shirebot
COPY --from=build --chown=65532:65532 /out/rootfs/ /
USER 65532:65532
# Where the program keeps its data directory, as on any other machine.
ENV XDG_DATA_HOME=/data
VOLUME /data
ENTRYPOINT ["/shirebot"]
CMD ["run"]
