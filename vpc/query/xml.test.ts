import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { renderEc2, renderError } from './xml';

const parser = new XMLParser({ ignoreAttributes: false, parseTagValue: false, trimValues: false });
const text = fc.string({ unit: fc.constantFrom('a', '<', '>', '&', '"', "'", ' ', 'ü', '😀', ']') });

test('any text comes back from a parser as it went in', () => {
  fc.assert(
    fc.property(text, fc.array(text, { minLength: 2, maxLength: 4 }), (one, list) => {
      const body = renderEc2('Act', 'r', { one, list, none: undefined, empty: [], deep: { yes: true, number: 7 } });
      expect(parser.parse(body)).toMatchObject({
        ActResponse: {
          '@_xmlns': 'http://ec2.amazonaws.com/doc/2016-11-15/',
          requestId: 'r',
          one,
          list: { item: list },
          empty: '',
          deep: { yes: 'true', number: '7' },
        },
      });
    }),
  );
});

test('an error has the shape of EC2: no namespace, RequestID', () => {
  expect(renderError('r', 'C', 'a < b')).toContain(
    '<Response><Errors><Error><Code>C</Code><Message>a &lt; b</Message></Error></Errors><RequestID>r</RequestID></Response>',
  );
});
