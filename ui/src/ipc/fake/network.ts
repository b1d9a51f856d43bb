import type { Blueprint, DrawnWay, NetworkPicture, Service, Thing } from "../contract";

const ROUTES = [
  { label: "172.31.0.0/16", value: "local (active)" },
  { label: "0.0.0.0/0", value: "igw-0d41aa27c8b3e9f10 (active)" },
];

/** The default VPC, from which everything is reached; a network of one's own is yet to be made. */
export function network(wish: Blueprint): NetworkPicture {
  const to_be_made = wish.network.kind === "new-vpc";
  const id = (there: string, made: string) => (to_be_made ? made : there);
  const table = id("rtb-07c2d91be6a04f835", "route-table/main");
  const gateway = id("igw-0d41aa27c8b3e9f10", "internet-gateway/main");
  const subnets = ["a", "b"].map((part, at) => ({
    id: id(`subnet-0a1f3c5e7d9b0246${at}`, `subnet/${part}`),
    name: to_be_made ? `${wish.name}-${part}` : null,
    zone: to_be_made ? String(at + 1) : `us-east-1${part}`,
    cidr: `172.31.${at * 16}.0/20`,
    free_addresses: to_be_made ? null : 4091 - at,
    gives_public_ips: true,
    route_table: table,
    for_jobs: true,
    evidence: to_be_made ? [] : [{ label: "AvailabilityZone", value: `us-east-1${part}` }],
  }));
  const thing = (kind: Thing["kind"], of: string, evidence: Thing["evidence"]): Thing => ({
    id: of,
    kind,
    name: null,
    subnets: [],
    evidence: to_be_made ? [] : evidence,
  });
  const state = to_be_made ? ("to-be-made" as const) : ("passed" as const);
  const way = (service: Service, subnet: string): DrawnWay => ({
    subnet,
    runner: { kind: "task", public: true },
    service,
    branches: [
      {
        names: [],
        hops: [
          { kind: "subnet", id: subnet, state },
          { kind: "route-table", id: table, state },
          { kind: "internet-gateway", id: gateway, state },
        ],
        state: to_be_made ? "to-be-made" : "reaches",
        why: null,
      },
    ],
    state: to_be_made ? "to-be-made" : "reaches",
    why: null,
    remedy: null,
  });
  return {
    to_be_made,
    vpc: { id: id("vpc-0a1b2c3d4e5f67890", "vpc/main"), name: null, cidr: "172.31.0.0/16" },
    subnets,
    things: [
      thing("route-table", table, ROUTES),
      thing("internet-gateway", gateway, [{ label: "Attachments", value: "vpc-0a1b2c3d4e5f67890" }]),
    ],
    ways: (["logs", "registry"] as const).flatMap((service) =>
      subnets.map((subnet) => way(service, subnet.id)),
    ),
    cures: [],
  };
}
