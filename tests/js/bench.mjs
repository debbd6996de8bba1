// CPU microseconds of signing and verifying one credential with @digitalbazaar/vc (eddsa-jcs-2022), jose and the
// platform's raw Ed25519, as one JSON object. Standard input: {"document", "times"}.
import {text} from 'node:stream/consumers';
import {generateKeyPairSync, sign, verify, webcrypto} from 'node:crypto';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {createSignCryptosuite, createVerifyCryptosuite} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import * as credentials from '@digitalbazaar/credentials-context';
import * as jose from 'jose';

globalThis.crypto ??= webcrypto; // Debian 12's Node 18 keeps it in its module

const {document, times} = JSON.parse(await text(process.stdin));
const did = 'did:web:bench.example';
document.issuer = did;
delete document.credentialStatus;
delete document.validUntil;

const pair = await Ed25519Multikey.generate({id: `${did}#key`, controller: did});
const publicKey = await pair.export({publicKey: true, includeContext: true});
const controller = {'@context': 'https://www.w3.org/ns/did/v1', id: did, assertionMethod: [`${did}#key`]};
async function documentLoader(address) {
  const known = {[did]: controller, [`${did}#key`]: publicKey};
  return {contextUrl: null, documentUrl: address,
    document: known[address] ?? credentials.contexts.get(address) ?? {'@context': {}}};
}

const raw = generateKeyPairSync('ed25519');
const payload = Buffer.from(JSON.stringify(document));
const suite = new DataIntegrityProof({signer: pair.signer(), cryptosuite: createSignCryptosuite()});
const verifier = new DataIntegrityProof({cryptosuite: createVerifyCryptosuite()});
const issue = () => vc.issue({credential: structuredClone(document), suite, documentLoader});
const signed = await issue();
const compact = await new jose.CompactSign(payload).setProtectedHeader({alg: 'EdDSA', typ: 'vc+jwt'})
  .sign(raw.privateKey);
const signature = sign(null, payload, raw.privateKey);

async function cpu(work) {
  const rounds = [];
  for(let round = 0; round < 6; round++) {
    const start = process.cpuUsage();
    for(let count = 0; count < times; count++) {
      await work();
    }
    const used = process.cpuUsage(start);
    rounds.push((used.user + used.system) / times);
  }
  return rounds.slice(1).sort((a, b) => a - b)[2];
}

const said = await vc.verifyCredential({credential: signed, suite: verifier, documentLoader});
if(!said.verified || !verify(null, payload, raw.publicKey, signature)) {
  throw new Error(`the bench does not verify its own credential: ${said.error}`);
}
console.log(JSON.stringify({
  'node raw sign': await cpu(() => sign(null, payload, raw.privateKey)),
  'jose sign': await cpu(() => new jose.CompactSign(payload)
    .setProtectedHeader({alg: 'EdDSA', typ: 'vc+jwt'}).sign(raw.privateKey)),
  '@digitalbazaar/vc issue': await cpu(issue),
  'node raw verify': await cpu(() => verify(null, payload, raw.publicKey, signature)),
  'jose verify': await cpu(() => jose.compactVerify(compact, raw.publicKey)),
  '@digitalbazaar/vc verify': await cpu(
    () => vc.verifyCredential({credential: signed, suite: verifier, documentLoader}))
}));
