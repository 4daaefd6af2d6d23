/*
 * A peer of a fabric transport that is written in C against the headers: it connects, greets, and then is silent, lies, or is killed.
 * peer PROVIDER PORT GREETING-IN-HEX MODE; MODE: wait | answer | short | long | room | flood
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <rdma/fabric.h>
#include <rdma/fi_cm.h>
#include <rdma/fi_domain.h>
#include <rdma/fi_endpoint.h>

#define REQUIRE(call) do { long r_ = (call); if (r_ < 0) { printf("%s: %s\n", #call, fi_strerror((int)-r_)); fflush(stdout); return 1; } } while (0)
#define SLOTS 34
#define SLOT_BYTES 32768

static char memory[(SLOTS + 1) * SLOT_BYTES];

static int say(struct fid_ep *ep, struct fid_cq *cq, unsigned length, unsigned room, size_t bytes)
{
	char *slot = memory + SLOTS * SLOT_BYTES;
	struct fi_cq_msg_entry entry;
	memcpy(slot, &length, 4);
	memcpy(slot + 4, &room, 4);
	REQUIRE(fi_send(ep, slot, bytes, NULL, 0, NULL));
	for (;;) {
		long got = fi_cq_sread(cq, &entry, 1, NULL, 5000);
		if (got < 0)
			return 1;
		if (entry.flags & FI_SEND)
			return 0;
	}
}

int main(int argc, char **argv)
{
	struct fi_info *hints = fi_allocinfo(), *info;
	struct fid_fabric *fabric;
	struct fid_domain *domain;
	struct fid_eq *eq;
	struct fid_cq *cq;
	struct fid_ep *ep;
	struct fi_eq_attr eq_attr = { .wait_obj = FI_WAIT_UNSPEC };
	struct fi_cq_attr cq_attr = { .size = 128, .format = FI_CQ_FORMAT_MSG, .wait_obj = FI_WAIT_UNSPEC };
	unsigned char greeting[64];
	char event[512];
	size_t length = strlen(argv[3]) / 2, i;
	uint32_t kind;
	const char *mode = argv[4];

	for (i = 0; i < length; i++)
		sscanf(argv[3] + 2 * i, "%2hhx", &greeting[i]);
	hints->caps = FI_MSG;
	hints->ep_attr->type = FI_EP_MSG;
	hints->fabric_attr->prov_name = strdup(argv[1]);
	REQUIRE(fi_getinfo(FI_VERSION(1, 17), "127.0.0.1", argv[2], 0, hints, &info));
	REQUIRE(fi_fabric(info->fabric_attr, &fabric, NULL));
	REQUIRE(fi_domain(fabric, info, &domain, NULL));
	REQUIRE(fi_eq_open(fabric, &eq_attr, &eq, NULL));
	REQUIRE(fi_cq_open(domain, &cq_attr, &cq, NULL));
	REQUIRE(fi_endpoint(domain, info, &ep, NULL));
	REQUIRE(fi_ep_bind(ep, &eq->fid, 0));
	REQUIRE(fi_ep_bind(ep, &cq->fid, FI_TRANSMIT | FI_RECV));
	REQUIRE(fi_enable(ep));
	for (i = 0; i < SLOTS; i++)
		REQUIRE(fi_recv(ep, memory + i * SLOT_BYTES, SLOT_BYTES, NULL, 0, NULL));
	REQUIRE(fi_connect(ep, info->dest_addr, greeting, length));
	REQUIRE(fi_eq_sread(eq, &kind, event, sizeof(event), 5000, 0));
	if (kind != FI_CONNECTED)
		return 1;
	if (!strcmp(mode, "short"))
		say(ep, cq, 0, 0, 4);
	if (!strcmp(mode, "long"))
		say(ep, cq, 1u << 31, 0, 64);
	if (!strcmp(mode, "room"))
		say(ep, cq, 8, 1u << 31, 16);
	if (!strcmp(mode, "flood"))
		for (i = 0; i < 2 * SLOTS && say(ep, cq, SLOT_BYTES - 8, 0, SLOT_BYTES) == 0; i++)
			;
	if (!strcmp(mode, "answer"))
		say(ep, cq, 5, 0, 13);
	printf("connected\n");
	fflush(stdout);
	pause();
	return 0;
}
