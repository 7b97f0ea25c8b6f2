// The catalogue of the tests' store: labels and descriptions in the page's languages.

const feature = (code, icon, labels, descriptions, more = {}) => {
  const [de, fr, it, en] = labels;
  const [descriptionDe, descriptionFr, descriptionIt, descriptionEn] = descriptions;
  return {
    code,
    icon,
    label: { de, fr, it, en },
    description: { de: descriptionDe, fr: descriptionFr, it: descriptionIt, en: descriptionEn },
    ...more,
  };
};

/** Every feature of the store, in order. The last one lacks a role that an admin could get: it is misconfigured. */
export const FEATURES = [
  feature('documents', 'mdi-folder-multiple', ['Dokumente', 'Documents', 'Documenti', 'Documents'], [
    'Ablage mit Versionen und Freigaben.', 'Classement avec versions et partages.', 'Archivio con versioni e condivisioni.', 'Filing with versions and sharing.',
  ]),
  feature('invoicing', 'mdi-receipt-text', ['Rechnungen', 'Facturation', 'Fatturazione', 'Invoicing'], [
    'Rechnungen mit QR-Teil schreiben und mahnen.', 'Établir et rappeler des factures avec section QR.', 'Creare e sollecitare fatture con sezione QR.', 'Write and chase invoices with a QR payment part.',
  ]),
  feature('bookkeeping', 'mdi-book-open-variant', ['Buchhaltung', 'Comptabilité', 'Contabilità', 'Bookkeeping'], [
    'Doppelte Buchhaltung mit Jahresabschluss.', 'Comptabilité en partie double avec bouclement annuel.', 'Contabilità in partita doppia con chiusura annuale.', 'Double-entry bookkeeping with year-end closing.',
  ]),
  feature('payroll', 'mdi-account-cash', ['Löhne', 'Salaires', 'Stipendi', 'Payroll'], [
    'Lohnläufe und Lohnausweise.', 'Paies et certificats de salaire.', 'Stipendi e certificati di salario.', 'Pay runs and wage statements.',
  ]),
  feature('signature', 'mdi-draw-pen', ['Signatur', 'Signature', 'Firma', 'Signature'], [
    'Verträge elektronisch unterschreiben.', 'Signer des contrats par voie électronique.', 'Firmare contratti in forma elettronica.', 'Sign contracts electronically.',
  ]),
  feature('reporting', 'mdi-chart-line', ['Auswertungen', 'Rapports', 'Rapporti', 'Reporting'], [
    'Kennzahlen, jeden Montag per E-Mail.', 'Indicateurs, chaque lundi par e-mail.', 'Indicatori, ogni lunedì per e-mail.', 'Key figures, by mail every Monday.',
  ], { templateRoles: ['reporting-user', 'reporting-viewer'] }),
];
