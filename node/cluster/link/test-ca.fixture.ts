import { webcrypto } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A CA as an owner of certificates may run one. */
export interface TestCa {
  cert: string;
  issue(
    fqdn: string,
    how?: { usage?: readonly ('serverAuth' | 'clientAuth')[]; notAfter?: Date },
  ): Promise<{ cert: string; key: string }>;
}

export async function createTestCa(): Promise<TestCa> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const name = 'CN=Owner CA';
  const validity = { notBefore: new Date('2020-01-01'), notAfter: new Date('2090-01-01') };
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    ...validity,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  return {
    cert: root.toString('pem'),
    async issue(fqdn, { usage = ['serverAuth', 'clientAuth'] as const, notAfter = validity.notAfter } = {}) {
      const own = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      const leaf = await x509.X509CertificateGenerator.create({
        subject: `CN=${fqdn}`,
        issuer: name,
        notBefore: validity.notBefore,
        notAfter,
        signingAlgorithm: ALGORITHM,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        extensions: [
          new x509.ExtendedKeyUsageExtension(
            [...usage].map((one: 'serverAuth' | 'clientAuth') => x509.ExtendedKeyUsage[one]),
          ),
          new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: fqdn }]),
        ],
      });
      const key = await webcrypto.subtle.exportKey('pkcs8', own.privateKey);
      return { cert: leaf.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') };
    },
  };
}
