/** How many ENIs an instance may have, and how many private IPv4 addresses (primary included) each of them. */
export interface InstanceLimits {
  enis: number;
  addressesPerEni: number;
}

const limits = (enis: number, addressesPerEni: number): InstanceLimits => ({ enis, addressesPerEni });

/** Burstable families, by size. */
const T2: Readonly<Record<string, InstanceLimits>> = {
  nano: limits(2, 2),
  micro: limits(2, 2),
  small: limits(3, 4),
  medium: limits(3, 6),
  large: limits(3, 12),
  xlarge: limits(3, 15),
  '2xlarge': limits(3, 15),
};
const T3: Readonly<Record<string, InstanceLimits>> = { ...T2, xlarge: limits(4, 15), '2xlarge': limits(4, 15) };
const M4: Readonly<Record<string, InstanceLimits>> = {
  large: limits(2, 10),
  xlarge: limits(4, 15),
  '2xlarge': limits(4, 15),
  '4xlarge': limits(8, 30),
  '10xlarge': limits(8, 30),
  '16xlarge': limits(8, 30),
};
/** What the general, compute and memory families since generation 5 have in common. */
const CURRENT: Readonly<Record<string, InstanceLimits>> = {
  medium: limits(2, 4),
  large: limits(3, 10),
  xlarge: limits(4, 15),
  '2xlarge': limits(4, 15),
  '4xlarge': limits(8, 30),
  '8xlarge': limits(8, 30),
  '9xlarge': limits(8, 30),
  '12xlarge': limits(8, 30),
  '16xlarge': limits(15, 50),
  '18xlarge': limits(15, 50),
  '24xlarge': limits(15, 50),
  '32xlarge': limits(15, 50),
  '48xlarge': limits(15, 50),
  metal: limits(15, 50),
};
const FAMILIES: Readonly<Record<string, Readonly<Record<string, InstanceLimits>>>> = {
  m1: { small: limits(2, 4), medium: limits(2, 6), large: limits(3, 10), xlarge: limits(4, 15) },
  t2: T2,
  t3: T3,
  t3a: { ...T3, small: limits(2, 4) },
  t4g: T3,
  m4: M4,
};

/** The limits of an instance type; undefined for a type that is not known here. */
export function limitsOf(instanceType: string): InstanceLimits | undefined {
  const [family = '', size = ''] = instanceType.split('.');
  const own = Object.hasOwn(FAMILIES, family) ? FAMILIES[family] : undefined;
  const sizes = own ?? (/^([cmr][5-8]|[cr]4)[a-z]*$/.test(family) ? CURRENT : {});
  return Object.hasOwn(sizes, size) ? sizes[size] : undefined;
}
