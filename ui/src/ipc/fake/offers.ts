import type { Commands, InstancePrice, InstanceType, VpcOffer } from "../contract";
import type { World } from "./world";

const GATEWAY = { kind: "internet-gateway" as const, id: "igw-0f1e2d3c" };

const NETWORKS: VpcOffer[] = [
  {
    id: "vpc-0a1b2c3d",
    name: null,
    cidr: "172.31.0.0/16",
    is_default: true,
    subnets: ["a", "b"].map((zone, at) => ({
      id: `subnet-0a${zone}1`,
      name: null,
      zone: `us-east-1${zone}`,
      cidr: `172.31.${at * 16}.0/20`,
      free_addresses: 4091,
      gives_public_ips: true,
      exit: GATEWAY,
    })),
    security_groups: [{ id: "sg-0a1b2c3d", name: "default", description: "default VPC security group" }],
  },
  {
    id: "vpc-0e4f5a6b",
    name: "research",
    cidr: "10.20.0.0/16",
    is_default: false,
    subnets: [
      {
        id: "subnet-0e1",
        name: "private",
        zone: "us-east-1a",
        cidr: "10.20.1.0/24",
        free_addresses: 250,
        gives_public_ips: false,
        exit: { kind: "nowhere" },
      },
    ],
    security_groups: [],
  },
];

const type = (name: string, vcpus: number, memory_mib: number): InstanceType => ({
  name,
  vcpus,
  memory_mib,
  architecture: "x86_64",
  gpus: null,
  spot: true,
  current: true,
});

const TYPES: InstanceType[] = [
  {
    ...type("g4dn.xlarge", 4, 16_384),
    gpus: { name: "NVIDIA T4", count: 1, memory_mib: 16_384 },
  },
  type("m6i.large", 2, 8_192),
  type("m6i.xlarge", 4, 16_384),
];

const price = ({ name, vcpus }: InstanceType): InstancePrice => ({
  name,
  vcpus,
  on_demand: vcpus * 0.048,
  spot: { low: vcpus * 0.016, high: vcpus * 0.019 },
});

type Offered =
  | "networks"
  | "keyPairs"
  | "instanceTypes"
  | "instancePrices"
  | "keptCosts"
  | "waysOut"
  | "jobPolicy"
  | "readJobPolicy";

/** What the account has to choose from. */
export function offerCommands(world: World): Pick<Commands, Offered> {
  return {
    networks: () => world.read("ec2:DescribeVpcs", () => NETWORKS),
    keyPairs: () => world.read("ec2:DescribeKeyPairs", () => ["ana"]),
    instanceTypes: () => world.read("ec2:DescribeInstanceTypes", () => TYPES),
    instancePrices: (names) =>
      world.read("pricing:GetProducts", () =>
        TYPES.filter(({ name }) =>
          names.some((wanted) => name === wanted || name.split(".")[0] === wanted),
        ).map(price),
      ),
    keptCosts: ({ compute_environments }) =>
      Promise.resolve(
        compute_environments.map(({ instances }) =>
          instances && instances.min_vcpus > 0
            ? { usd: instances.min_vcpus * 0.016 * 730, per: "month", note: null }
            : null,
        ),
      ),
    waysOut: () =>
      Promise.resolve([
        { way_out: "public-ips", cost: null },
        { way_out: "nat-gateway", cost: { usd: 0.05, per: "hour", note: null } },
        { way_out: "endpoints", cost: { usd: 0.06, per: "hour", note: null } },
      ]),
    jobPolicy: ({ access = [] }) =>
      Promise.resolve(
        access.length === 0
          ? null
          : JSON.stringify(
              {
                Version: "2012-10-17",
                Statement: access.map((one) =>
                  one.kind === "statement"
                    ? { Effect: "Allow", Action: one.actions, Resource: one.resources }
                    : { Effect: "Allow", Action: [`${one.kind}:*`], Resource: ["*"] },
                ),
              },
              null,
              2,
            ),
      ),
    readJobPolicy: (_, policy) =>
      Promise.resolve().then(() => {
        const { Statement } = JSON.parse(policy) as { Statement: { Action: string[]; Resource: string[] }[] };
        return Statement.map(({ Action, Resource }) => ({
          kind: "statement" as const,
          actions: Action,
          resources: Resource,
        }));
      }),
  };
}
