import {
  type _InstanceType,
  DescribeInstanceTypesCommand,
  EC2Client,
  type InstanceTypeInfo,
} from '@aws-sdk/client-ec2';
import { GetProductsCommand, PricingClient } from '@aws-sdk/client-pricing';
import type { InstanceShape } from '../../core/prices/learned-prices.ts';
import { splitType, unitsOf } from '../../core/prices/price-lines.ts';
import { hostQuery, plainLinuxQuery, readPriceList } from '../../core/prices/price-list.ts';
import { GLOBAL_REGION } from '../../core/regions.ts';
import type { Clients } from '../calls/clients.ts';

/** An instance type in a region, whose price is wanted. */
export interface Wanted {
  readonly type: string;
  readonly region: string;
}

interface PriceAnswer {
  readonly usdPerHour: number | undefined;
  readonly unreadable: number;
}

/**
 * Asks the Price List API. Bare metal that is not sold by itself, such as Mac, has the price of its host.
 * @throws what the SDK throws. Source: API_pricing_GetProducts; EC2 User Guide, EC2 Mac: "The unit of billing is
 * the dedicated host."
 */
export async function askPrice(clients: Clients, { type, region }: Wanted): Promise<PriceAnswer> {
  const own = await askProducts(
    clients,
    { type, region },
    plainLinuxQuery({ instanceType: type, regionCode: region }),
  );
  const { family, size } = splitType(type);
  if (own.usdPerHour !== undefined || unitsOf(size) !== undefined) return own;
  const host = await askProducts(
    clients,
    { type, region },
    hostQuery({ instanceType: family, regionCode: region }),
  );
  return { ...host, unreadable: own.unreadable + host.unreadable };
}

async function askProducts(
  clients: Clients,
  { type, region }: Wanted,
  query: ReturnType<typeof hostQuery>,
): Promise<PriceAnswer> {
  const client = clients.of(PricingClient, GLOBAL_REGION);
  const { PriceList = [] } = await client.send(new GetProductsCommand(query), clients.options);
  const { prices, unreadable } = readPriceList(PriceList);
  const usd = prices.filter((each) => each.type === type && each.region === region);
  const usdPerHour = usd.length > 0 ? Math.max(...usd.map((each) => each.usdPerHour)) : undefined;
  return { usdPerHour, unreadable };
}

/** Asks EC2 how large a type is. @throws what the SDK throws. Source: API_DescribeInstanceTypes. */
export async function askShape(
  clients: Clients,
  { type, region }: Wanted,
): Promise<{ readonly shape?: InstanceShape }> {
  const query = new DescribeInstanceTypesCommand({ InstanceTypes: [type as _InstanceType] });
  const { InstanceTypes = [] } = await clients.of(EC2Client, region).send(query, clients.options);
  const shape = InstanceTypes[0] && shapeOf(InstanceTypes[0]);
  return shape ? { shape } : {};
}

/** All kinds of accelerators count alike. Undefined when EC2 gives no vCPUs or no memory. */
function shapeOf(info: InstanceTypeInfo): InstanceShape | undefined {
  const { VCpuInfo, MemoryInfo, GpuInfo, InferenceAcceleratorInfo, NeuronInfo } = info;
  const vcpus = VCpuInfo?.DefaultVCpus;
  const memoryMib = MemoryInfo?.SizeInMiB;
  if (!vcpus || !memoryMib) return undefined;
  const groups = [
    { devices: GpuInfo?.Gpus, memoryMib: GpuInfo?.TotalGpuMemoryInMiB },
    { devices: NeuronInfo?.NeuronDevices, memoryMib: NeuronInfo?.TotalNeuronDeviceMemoryInMiB },
    {
      devices: InferenceAcceleratorInfo?.Accelerators,
      memoryMib: InferenceAcceleratorInfo?.TotalInferenceMemoryInMiB,
    },
  ].map(({ devices = [], memoryMib: mib = 0 }) => ({
    count: devices.reduce((sum, { Count = 0 }) => sum + Count, 0),
    gib: mib / 1024,
  }));
  // EC2 lists Inferentia twice, as an inference accelerator and as a Neuron device: take the larger group,
  // not the sum.
  const { count, gib } = groups.reduce((a, b) => (b.count > a.count || b.gib > a.gib ? b : a));
  const shape = { vcpus, memoryGib: memoryMib / 1024, accelerators: count };
  return count > 0 && gib > 0 ? { ...shape, acceleratorMemoryGib: gib } : shape;
}
