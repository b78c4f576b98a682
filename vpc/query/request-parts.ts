import type { NewAddresses } from '../rules/create-eni';
import type { Filter } from '../rules/filters';
import type { Tags } from '../rules/state';
import type { Params } from './params';

/** `Filter.N.Name`, `Filter.N.Value.M`. */
export function filtersOf(params: Params): Filter[] {
  return params.structs('Filter').map((one) => ({ name: one.string('Name'), values: one.list('Value') }));
}

/** `MaxResults` and `NextToken`. */
export function pagingOf(params: Params): { maxResults?: number; nextToken?: string } {
  const maxResults = params.integer('MaxResults');
  const nextToken = params.optional('NextToken');
  return {
    ...(maxResults === undefined ? {} : { maxResults }),
    ...(nextToken === undefined ? {} : { nextToken }),
  };
}

/** `Tag.N.Key`, `Tag.N.Value`. */
export function tagsOf(params: Params): Tags {
  return Object.fromEntries(params.structs('Tag').map((tag) => [tag.string('Key'), tag.optional('Value') ?? '']));
}

/** The tags that `TagSpecification.N` gives to new resources of a type. */
export function newTagsOf(params: Params, resourceType: string): Tags {
  return Object.assign(
    {},
    ...params.structs('TagSpecification').map((one) => {
      const tags = tagsOf(one);
      return one.string('ResourceType') === resourceType ? tags : {};
    }),
  ) as Tags;
}

/** The addresses of a new ENI: `PrivateIpAddress`, `PrivateIpAddresses.N`, `SecondaryPrivateIpAddressCount`. */
export function newAddressesOf(params: Params): NewAddresses {
  const listed = params.structs('PrivateIpAddresses').map((one) => ({
    address: one.string('PrivateIpAddress'),
    primary: one.boolean('Primary') ?? false,
  }));
  const primary = params.optional('PrivateIpAddress') ?? listed.find((one) => one.primary)?.address;
  return {
    ...(primary === undefined ? {} : { primary }),
    secondary: listed.flatMap((one) => (one.address === primary ? [] : [one.address])),
    secondaryCount: params.integer('SecondaryPrivateIpAddressCount') ?? 0,
  };
}
