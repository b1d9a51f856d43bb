import {
  TYPE_CHOICES,
  type Exit,
  type InstancePrice,
  type InstanceType,
  type SubnetOffer,
  type VpcOffer,
} from "../../ipc";
import { count, mebibytes, rate } from "../../lib/format";
import { grouped } from "../../lib/grouped";
import { m } from "../../paraglide/messages";
import type { Offer } from "../../lib/offer";
import { row } from "./words";

/** What there is to choose from, each in a few words. */
export const vpcs = (networks: readonly VpcOffer[]): Offer[] =>
  networks.map(({ id, name, cidr, is_default, subnets }) => ({
    value: id,
    text: row(
      name ?? (is_default && m.offer_default_vpc()),
      cidr,
      m.offer_subnets({ count: subnets.length }),
    ),
  }));

/** The subnets of a VPC; while it is not known which, of all. */
export const subnets = (networks: readonly VpcOffer[], vpc: string): Offer[] =>
  inside(networks, vpc).flatMap(({ subnets }) =>
    subnets.map((subnet) => ({
      value: subnet.id,
      text: row(
        subnet.name,
        subnet.zone,
        subnet.cidr,
        m.offer_free({ count: count(subnet.free_addresses) }),
        subnet.exit && wayOut(subnet.exit, subnet),
      ),
    })),
  );

export const groups = (networks: readonly VpcOffer[], vpc: string): Offer[] =>
  inside(networks, vpc).flatMap(({ security_groups }) =>
    security_groups.map(({ id, name, description }) => ({ value: id, text: row(name, description) })),
  );

function inside(networks: readonly VpcOffer[], vpc: string): readonly VpcOffer[] {
  const one = networks.filter(({ id }) => id === vpc);
  return one.length > 0 ? one : networks;
}

function wayOut(exit: Exit, subnet: SubnetOffer): string {
  switch (exit.kind) {
    case "internet-gateway":
      return subnet.gives_public_ips ? m.offer_exit_public() : m.offer_exit_no_ip();
    case "nat":
      return m.offer_exit_nat();
    case "elsewhere":
      return m.offer_exit_elsewhere({ id: exit.id });
    case "nowhere":
      return m.offer_exit_nowhere();
  }
}

const choices = new Map<string, readonly string[]>(TYPE_CHOICES);

export const familyOf = (type: string): string => type.split(".")[0] ?? type;

/** The families that an entry of the list of instance types stands for. */
export const familiesOf = (entry: string): readonly string[] => choices.get(entry) ?? [entry];

type Prices = ReadonlyMap<string, InstancePrice>;

/** AWS's own choices, then each family with its types. */
export function instanceTypes(types: readonly InstanceType[], prices: Prices): Offer[] {
  const families = grouped(types, ({ name }) => familyOf(name));
  const ofAws = TYPE_CHOICES.map(([value, members]) => ({
    value,
    text: row(m.offer_choice({ families: members.join(", ") }), cheapest(members, prices)),
  }));
  const offers = families.flatMap(([family, members]) => [
    { value: family, text: familyText(members, prices) },
    ...members.map((type) => ({ value: type.name, text: typeText(type, prices.get(type.name)) })),
  ]);
  return [...ofAws, ...offers];
}

function familyText(members: readonly InstanceType[], prices: Prices): string {
  const [first, last] = [members[0], members.at(-1)];
  if (!first || !last) return "";
  return row(
    m.offer_family({ count: members.length }),
    m.offer_from_to({ from: count(first.vcpus), to: count(last.vcpus) }),
    first.architecture,
    first.gpus?.name,
    cheapest([familyOf(first.name)], prices),
  );
}

function typeText(type: InstanceType, price: InstancePrice | undefined): string {
  const { vcpus, memory_mib, architecture, gpus } = type;
  return row(
    m.vcpus({ count: count(vcpus) }),
    mebibytes(memory_mib),
    architecture,
    gpus && `${gpus.count} × ${gpus.name}`,
    price && m.per_hour({ amount: rate(price.on_demand) }),
    price?.spot && m.offer_spot({ amount: rate(price.spot.low) }),
  );
}

/** The cheapest vCPU of these families, as far as their prices are known. */
function cheapest(families: readonly string[], prices: Prices): string | undefined {
  const known = [...prices.values()].filter(({ name }) => families.includes(familyOf(name)));
  if (known.length === 0) return undefined;
  const amount = rate(Math.min(...known.map(({ on_demand, vcpus }) => on_demand / vcpus)));
  return m.offer_from({ price: m.per_vcpu_hour({ amount }) });
}
