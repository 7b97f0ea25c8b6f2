// The few words of the page around the store; those of the store itself are the element's.

import type { Locale } from "../src/format/index.js";

export interface Words {
  readonly title: string;
  readonly choose: string;
  readonly chooseText: string;
  readonly signOut: string;
  readonly signedInAs: string;
  readonly token: string;
  readonly tokenText: string;
  readonly unreachable: string;
  readonly again: string;
}

export const WORDS: Readonly<Record<Locale, Words>> = {
  de: {
    title: "Store",
    choose: "Als wer möchten Sie sich umsehen?",
    chooseText: "Dies ist eine Vorführung mit erfundenen Personen und einem nachgebildeten Zahlungsdienst. Es wird nichts belastet.",
    signOut: "Abmelden",
    signedInAs: "Angemeldet als",
    token: "Dieser Store wird in Ihrer Anwendung angezeigt",
    tokenText: "Ihre Anwendung meldet Sie an und bettet den Store ein. Bitte öffnen Sie ihn dort.",
    unreachable: "Der Store ist nicht erreichbar. Bitte prüfen Sie Ihre Verbindung.",
    again: "Noch einmal versuchen",
  },
  fr: {
    title: "Store",
    choose: "En tant que qui souhaitez-vous entrer ?",
    chooseText: "Ceci est une démonstration avec des personnes inventées et un service de paiement simulé. Rien n’est débité.",
    signOut: "Se déconnecter",
    signedInAs: "Connecté en tant que",
    token: "Ce store s’affiche dans votre application",
    tokenText: "Votre application vous connecte et intègre le store. Veuillez l’ouvrir depuis celle-ci.",
    unreachable: "Le store n’est pas joignable. Veuillez vérifier votre connexion.",
    again: "Réessayer",
  },
  it: {
    title: "Store",
    choose: "Come chi desidera entrare?",
    chooseText: "Questa è una dimostrazione con persone inventate e un servizio di pagamento simulato. Non viene addebitato nulla.",
    signOut: "Esci",
    signedInAs: "Accesso come",
    token: "Questo store si apre nella Sua applicazione",
    tokenText: "La Sua applicazione La autentica e incorpora lo store. La preghiamo di aprirlo da lì.",
    unreachable: "Lo store non è raggiungibile. La preghiamo di verificare la connessione.",
    again: "Riprova",
  },
  en: {
    title: "Store",
    choose: "As whom would you like to look round?",
    chooseText: "This is a demonstration with made-up people and a simulated payment service. Nothing is charged.",
    signOut: "Sign out",
    signedInAs: "Signed in as",
    token: "This store is shown inside your application",
    tokenText: "Your application signs you in and embeds the store. Please open it there.",
    unreachable: "The store cannot be reached. Please check your connection.",
    again: "Try again",
  },
};
