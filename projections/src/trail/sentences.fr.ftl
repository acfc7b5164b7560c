### Les phrases du parcours, en français. Une par type de fait et par issue ; un test vérifie qu'aucune ne manque.
### Elles commencent sans capitale : celle-ci est ajoutée en tête de phrase.

## Moments

month = { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
}
day = { $day ->
    [1] 1er
   *[other] { $day }
}
date = { $shown ->
    [unknown] date inconnue
    [year] { $year }
    [month] { month } { $year }
    [minute] { day } { month } { $year } à { $hour } h { $minute }
   *[day] { day } { month } { $year }
}
moment = { $shown ->
    [unknown] à une date inconnue
    [year] en { date }
    [month] en { date }
   *[day] le { date }
}
from = { $shown ->
    [unknown] { "" }
    [year] de { date }
    [month] de { date }
   *[day] du { date }
}

## Qui, quoi, combien

list = { $several ->
    [yes] { $before } et { $last }
   *[no] { $last }
}
role = { $role ->
    [citizen] un·e participant·e
    [platform] la plateforme
    [moderator] la modération
    [facilitator] l'équipe de la consultation
    [authority] l'autorité qui consulte
    [assessor] le service instructeur
    [guarantor] la garante ou le garant
    [administrator] l'administration du site
   *[clerk] le greffe automatique
}
unnamed-role = { $role ->
    [authority] une autorité que la source ne nomme pas
    [moderator] une modération que la source ne nomme pas
   *[other] une personne que la source ne nomme pas
}
actor = { $known ->
    [named] { $name }{ $capacity-given ->
        [yes] , { $capacity }
       *[no] { "" }
    }{ $embodied ->
        [yes] { " " }({ $bodies })
       *[no] { "" }
    }
    [tagged] participant·e { $tag }
    [body] { $bodies }
    [author] la personne qui a écrit { this }
   *[role] { $unnamed ->
        [not_said] { unnamed-role }
        [erased] une personne dont le nom a été effacé
        [withheld] une personne dont le nom n'est pas montré
        [lost] une personne dont le nom n'a pas été conservé
       *[no] { role }
    }
}
who = { actor }{ $apposed ->
    [yes] ,
   *[no] { "" }
}
kind = { $kind ->
    [proposal] proposition
    [opinion] avis
    [question] question
    [petition] pétition
    [initiative] initiative
    [observation] observation
    [article] article
    [measure] mesure
    [question_put] question
    [project] projet
    [amendment] amendement
    [argument_for] argument pour
    [argument_against] argument contre
    [comment] commentaire
    [citation] source citée
   *[text] texte
}
this = { $kind ->
    [proposal] cette { kind }
    [question] cette { kind }
    [petition] cette { kind }
    [initiative] cette { kind }
    [observation] cette { kind }
    [measure] cette { kind }
    [question_put] cette { kind }
    [citation] cette { kind }
    [opinion] cet { kind }
    [article] cet { kind }
    [amendment] cet { kind }
    [argument_for] cet { kind }
    [argument_against] cet { kind }
   *[text] ce { kind }
}
the = { $kind ->
    [proposal] la { kind }
    [question] la { kind }
    [petition] la { kind }
    [measure] la { kind }
    [question_put] la { kind }
    [citation] la { kind }
    [initiative] l'{ kind }
    [observation] l'{ kind }
    [opinion] l'{ kind }
    [article] l'{ kind }
    [amendment] l'{ kind }
    [argument_for] l'{ kind }
    [argument_against] l'{ kind }
   *[text] le { kind }
}
of-the = { $kind ->
    [project] du { kind }
    [comment] du { kind }
    [text] du { kind }
   *[other] de { the }
}
to-the = { $kind ->
    [project] au { kind }
    [comment] au { kind }
    [text] au { kind }
   *[other] à { the }
}
some = { $kind ->
    [proposal] une { kind }
    [question] une { kind }
    [petition] une { kind }
    [initiative] une { kind }
    [observation] une { kind }
    [measure] une { kind }
    [question_put] une { kind }
    [citation] une { kind }
   *[text] un { kind }
}
thing = { $place ->
    [home] { this }
    [numbered] { the } { $reference }
   *[other] { some }
}
thing-of = { $place ->
    [home] de { this }
    [numbered] { of-the } { $reference }
   *[other] d'{ some }
}
thing-to = { $place ->
    [home] à { this }
    [numbered] { to-the } { $reference }
   *[other] à { some }
}
count = { $choice ->
    [support] { $count ->
        [one] { $count } soutien
       *[other] { $count } soutiens
    }
    [for] { $count } pour
    [mixed] { $count ->
        [one] { $count } mitigé
       *[other] { $count } mitigés
    }
    [against] { $count } contre
    [option] { $count ->
        [one] { $count } choix
       *[other] { $count } choix
    }
   *[blank] { $count ->
        [one] { $count } blanc
       *[other] { $count } blancs
    }
}
numbered = { $reference-given ->
    [yes] { " " }(n° { $reference })
   *[no] { "" }
}
grounded = { $grounded ->
    [yes] { " " }: { $ground }
   *[no] { "" }
}
fate = { $code ->
    [received] { $gender ->
        [m] reçu
       *[f] reçue
    }
    [pending_moderation] en attente de modération
    [published] { $gender ->
        [m] publié
       *[f] publiée
    }
    [inadmissible] irrecevable
    [hidden] { $gender ->
        [m] masqué par la modération
       *[f] masquée par la modération
    }
    [removed] { $gender ->
        [m] retiré par la modération
       *[f] retirée par la modération
    }
    [redacted] { $gender ->
        [m] expurgé en partie par la modération
       *[f] expurgée en partie par la modération
    }
    [restored] { $gender ->
        [m] rétabli par la modération
       *[f] rétablie par la modération
    }
    [erased] { $gender ->
        [m] effacé à la demande
       *[f] effacée à la demande
    }
    [duplicate_of] doublon
    [merged_into] { $gender ->
        [m] regroupé avec un autre texte
       *[f] regroupée avec un autre texte
    }
    [split_into] { $gender ->
        [m] scindé en plusieurs textes
       *[f] scindée en plusieurs textes
    }
    [amended_by] { $gender ->
        [m] amendé
       *[f] amendée
    }
    [cited_in_synthesis] { $gender ->
        [m] cité dans la synthèse
       *[f] citée dans la synthèse
    }
    [under_review] en cours d'examen
    [referred] { $gender ->
        [m] transmis à une autre autorité
       *[f] transmise à une autre autorité
    }
    [answered] réponse publiée
    [adopted] { $gender ->
        [m] retenu
       *[f] retenue
    }
    [adopted_with_changes] { $gender ->
        [m] retenu avec modification
       *[f] retenue avec modification
    }
    [partially_adopted] { $gender ->
        [m] retenu partiellement
       *[f] retenue partiellement
    }
    [already_satisfied] { $gender ->
        [m] satisfait (déjà prévu)
       *[f] satisfaite (déjà prévue)
    }
    [deferred] { $gender ->
        [m] reporté
       *[f] reportée
    }
    [rejected] { $gender ->
        [m] non retenu
       *[f] non retenue
    }
    [lapsed] { $gender ->
        [m] tombé (sans objet)
       *[f] tombée (sans objet)
    }
    [not_supported] { $gender ->
        [m] non soutenu en séance
       *[f] non soutenue en séance
    }
    [not_examined] { $gender ->
        [m] non examiné
       *[f] non examinée
    }
    [withdrawn] { $gender ->
        [m] retiré par son auteur
       *[f] retirée par son auteur
    }
    [threshold_not_met] seuil non atteint
    [threshold_met] seuil atteint
    [expired] { $gender ->
        [m] caduc
       *[f] caduque
    }
    [selected] { $gender ->
        [m] lauréat
       *[f] lauréate
    }
    [planned] { $gender ->
        [m] engagé (planifié)
       *[f] engagée (planifiée)
    }
    [in_progress] en cours de réalisation
    [partially_done] { $gender ->
        [m] réalisé en partie
       *[f] réalisée en partie
    }
    [done] { $gender ->
        [m] réalisé
       *[f] réalisée
    }
    [abandoned] { $gender ->
        [m] abandonné
       *[f] abandonnée
    }
    [slipped] en retard sur l'engagement
    [contested] { $gender ->
        [m] contesté par son auteur
       *[f] contestée par son auteur
    }
    [insufficient] réponse jugée insuffisante
    [no_response_yet] en attente de réponse
    [no_response_overdue] sans réponse, délai dépassé
    [no_duty] sans obligation de réponse
    [closed_no_action] { $gender ->
        [m] classé sans suite
       *[f] classée sans suite
    }
    [debated] { $gender ->
        [m] débattu
       *[f] débattue
    }
    [not_voted] { $gender ->
        [m] non voté (motif non précisé)
       *[f] non votée (motif non précisé)
    }
    [not_feasible] { $gender ->
        [m] jugé infaisable
       *[f] jugée infaisable
    }
   *[unknown_in_source] suite inconnue ici
}
missing = { $why ->
    [not_in_source] absent de la source
    [hidden] masqué par la modération
    [withheld] pas encore montré
    [erased] effacé à la demande
    [taken_down] retiré par deux personnes
   *[lost] perdu : il a été enregistré et n'a pas pu être conservé
}
missing-then = ce qui a pu être écrit alors n'est pas dans la source

## Le registre

ledger-opened = { $when }, { $who } a ouvert ce registre.
heads-recorded = { $when }, { $who } a relevé jusqu'où va chaque consultation de ce registre.
act-countersigned = { $when }, { $who } a donné la seconde signature qu'un acte demande.
key-introduced-checkpoint = { $when }, { $who } a désigné la clé qui prend la suite pour signer les états publics de ce registre.
key-introduced-promise = { $when }, { $who } a désigné la clé qui prend la suite pour signer ce que ce registre promet aux auteurs.
key-introduced-signer = { $when }, { $who } a désigné la nouvelle clé de signature de ses actes.
ledger-opened-demonstration = { $when }, { $who } a ouvert ce registre de démonstration : tout y est inventé.

## La consultation

consultation-registered-native = { $when }, { $who } a ouvert la fiche de cette consultation.
consultation-registered-observed = { $when }, { $who } a repris ici une consultation tenue sur un autre site.
rules-adopted = { $when }, { $who } a fixé les règles de la consultation.
rules-amended = { $when }, { $who } a modifié les règles de la consultation après leur adoption (version { $version }).
phase-name = { $phase-given ->
    [yes] la phase « { $phase } »
   *[no] la phase { $number }
}
until = { $until-known ->
    [yes] { " " }jusqu'au { $until-date }
   *[no] { "" }
}
phase-opened = { $when }, { $who } a ouvert { phase-name }{ until }.
phase-extended = { $when }, { $who } a prolongé { phase-name }{ until }.
phase-closed = { $when }, { $who } a clos { phase-name }.
reference-text-published = { $when }, { $who } a soumis { $thing } à l'avis du public{ numbered }.
consultation-closed = { $when }, { $who } a clos la consultation.

## Les contributions

contribution-submitted = { $when }, { $who } a déposé { $thing }{ $channel ->
    [paper] { " " }sur papier
    [meeting] { " " }lors d'une réunion
    [telephone] { " " }par téléphone
    [letter] { " " }par courrier
   *[web] { "" }
}{ numbered }.
contribution-published = { $when }, { $who } a publié { $thing }.
contribution-revised = { $when }, { $who } a modifié { $thing } : c'est la version { $version } ; les votes déjà donnés restent sur la précédente.
contribution-revised-seen = { $when }, un texte différent a été relevé : { $thing } a changé{ $before-known ->
    [yes] { " " }après { $before }
   *[no] { "" }
}, sans que la source dise qui l'a fait.
contribution-revised-found = { $when }, { $first ->
    [yes] un texte a été relevé{ $before-known ->
        [yes] { " " }là où il n'y en avait pas { $before }
       *[no] { "" }
    } ; on ne sait pas ce que disait { $thing } avant, ni s'il y avait un texte.
   *[no] un texte différent{ $before-known ->
        [yes] { " " }de celui { $before-from }
       *[no] { "" }
    } a été relevé : { $thing } avait changé, sans que la source dise qui l'a fait.
}
revision-requested = { $when }, { $who } a demandé de revoir { $thing } avant publication{ $until-known ->
    [yes] , au plus tard { $until }
   *[no] { "" }
}.
contribution-withdrawn = { $when }, { $who } a retiré { $thing }.
coauthor-changed-joined = { $when }, { $who } a rejoint les auteurs { $thing-of }.
coauthor-changed-left = { $when }, { $who } a quitté les auteurs { $thing-of }.
reference-corrected = { $when }, { $who } a corrigé l'adresse { $thing-of } sur son site d'origine.

## Les amendements

resulting = { $numbered ->
    [yes] { " " }: c'est la version { $version } du texte
   *[no] { "" }
}
amendment-submitted = { $when }, { $who } a proposé de modifier { $parent } par { $thing }.
amendment-opinion-given-favourable = { $when }, { $who } a donné un avis favorable { $thing-to }.
amendment-opinion-given-unfavourable = { $when }, { $who } a donné un avis défavorable { $thing-to }.
amendment-opinion-given-wisdom = { $when }, { $who } s'en est remis à l'assemblée pour { $thing }.
amendment-decided-adopted = { $when }, { $who } a adopté { $thing }{ resulting }.
amendment-decided-adopted_with_changes = { $when }, { $who } a adopté { $thing } après modification{ resulting }.
amendment-decided-rejected = { $when }, { $who } a rejeté { $thing }.
amendment-decided-lapsed = { $when }, { $who } a constaté que { $thing } n'avait plus d'objet.
amendment-decided-withdrawn = { $when }, { $who } a pris acte du retrait { $thing-of } par son auteur.
amendment-decided-not_supported = { $when }, { $who } a constaté que personne ne défendait { $thing } en séance.
amendment-decided-not_examined = { $when }, { $who } a clos la séance sans examiner { $thing }.
amendment-decided-inadmissible = { $when }, { $who } a déclaré { $thing } irrecevable.
amendment-decided-already_satisfied = { $when }, { $who } a jugé que le texte satisfaisait déjà { $thing }.
amendment-decided-not_voted = { $when }, { $who } n'a pas mis { $thing } aux voix ; le motif n'est pas précisé.
amendment-rectified = { $when }, { $who } a rectifié { $thing } : c'est sa version { $version }.
amendment-lapsed = { $when }, { $who } a constaté que { $thing } n'avait plus d'objet{ $cause-known ->
    [yes] , après la décision { $cause-from }
   *[no] { "" }
}.

## Le débat

argument-posted-for = { $when }, { $who } a donné un argument en faveur { $thing-of }.
argument-posted-against = { $when }, { $who } a donné un argument contre { $thing }.
comment-posted = { $when }, { $who } a commenté { $thing }.
source-cited = { $when }, { $who } a cité une source à propos { $thing-of }.
debate-held-parliament = { $when }, le Parlement a débattu { $thing-of }.
debate-held-council = { $when }, le conseil a débattu { $thing-of }.
debate-held-meeting = { $when }, une réunion publique a débattu { $thing-of }.
debate-held-online = { $when }, un débat en ligne a porté sur { $thing }.

## Les votes

on = { $about ->
    [yes] { " " }sur { $thing }
   *[no] { "" }
}
version-voted = { $versioned ->
    [yes] , version { $version }
   *[no] { "" }
}
ballot-opened-support = { $when }, { $who } a ouvert le recueil des soutiens{ $about ->
    [yes] { " " }{ $thing-to }
   *[no] { "" }
}.
ballot-opened-opinion = { $when }, { $who } a ouvert le vote d'opinion{ on } : pour, mitigé ou contre.
ballot-opened-options = { $when }, { $who } a ouvert un vote entre plusieurs options{ on }.
vote-cast = { $when }, une personne a voté{ on }{ version-voted }.
vote-changed = { $when }, une personne a changé son vote{ on }{ version-voted }.
vote-retracted-voter = { $when }, une personne a repris son vote{ on }.
vote-retracted-erasure = { $when }, le vote d'une personne{ on } a été repris, parce qu'elle a demandé l'effacement de ses données.
vote-invalidated-not_entitled = { $when }, { $who } a écarté un vote{ on } : la personne n'avait pas le droit de voter.
vote-invalidated-twice = { $when }, { $who } a écarté un vote{ on } : la même personne avait voté deux fois.
vote-invalidated-automated = { $when }, { $who } a écarté un vote{ on } : il ne venait pas d'une personne.
vote-invalidated-platform_error = { $when }, { $who } a écarté un vote{ on } : la plateforme l'avait enregistré par erreur.
paper-votes-added = { $when }, { $who } a ajouté les votes sur papier{ $about ->
    [yes] { " " }pour { $thing }
   *[no] { "" }
} : { $counts }.
votes-observed = { $when }, le compteur { $platform-given ->
    [yes] du site { $platform }
   *[no] du site d'origine
} donnait pour { $thing } : { $counts }.
ballot-closed = { $when }, { $who } a clos { $supports ->
    [yes] le recueil des soutiens{ $about ->
        [yes] { " " }{ $thing-to }
       *[no] { "" }
    }
   *[no] le vote{ on }
}.
threshold = { $counted ->
    [yes] le seuil de { $threshold } soutiens
   *[no] son seuil de soutiens
}
threshold-reached-response = { $when }, { $thing } a atteint { threshold }, qui appelle une réponse.
threshold-reached-debate = { $when }, { $thing } a atteint { threshold }, qui appelle un débat.
threshold-reached-moderation = { $when }, { $thing } avait { $counted ->
    [yes] les { $threshold } premiers soutiens
   *[no] assez de premiers soutiens
} pour que la modération l'examine.
threshold-reached-ballot = { $when }, { $thing } a atteint { threshold }, qui appelle un vote.

## La modération

content-reported = { $when }, { $who } a signalé { $thing }{ grounded }.
moderation-decided-keep = { $when }, { $who } a laissé { $thing } en l'état{ grounded }.
moderation-decided-hide = { $when }, { $who } a masqué { $thing }{ grounded }.
moderation-decided-remove = { $when }, { $who } a retiré { $thing }{ grounded }.
moderation-decided-redact = { $when }, { $who } a expurgé { $thing } en partie{ grounded }.
moderation-decided-restore = { $when }, { $who } a rétabli { $thing }{ grounded }.
moderation-decided-reject = { $when }, { $who } a déclaré { $thing } irrecevable{ grounded }.
moderation-appealed = { $when }, { $who } a formé un recours contre la mesure qui vise { $thing }.
appeal-decided-upheld = { $when }, { $who } a maintenu, sur recours, la mesure qui vise { $thing }.
appeal-decided-overturned = { $when }, { $who } a annulé, sur recours, la mesure qui visait { $thing }.
appeal-decided-redacted = { $when }, { $who } a rétabli { $thing } sur recours, sans les passages en cause.
author-notified = { $when }, { $who } a prévenu l'auteur { $thing-of }{ $channel ->
    [paper] { " " }par écrit
    [meeting] { " " }en personne
    [telephone] { " " }par téléphone
    [letter] { " " }par courrier
   *[web] { " " }en ligne
}.

## Les réponses

place = { $place-given ->
    [yes] { " " }({ $place })
   *[no] { "" }
}
answer = { $when }, { $who } a répondu { $thing-to }
answer-anew = { $when }, { $who } a répondu de nouveau { $thing-to }
outcome-under_review = examen en cours{ place }
outcome-referred = { $thing-gender ->
    [m] transmis
   *[f] transmise
} à { $referred-given ->
    [yes] « { $referred } »
   *[no] une autre autorité
}{ place }
outcome-answered = sans retenir ni écarter{ place }
outcome-adopted = { $thing-gender ->
    [m] retenu
   *[f] retenue
}{ place }
outcome-adopted_with_changes = { $thing-gender ->
    [m] retenu avec modification
   *[f] retenue avec modification
}{ place }
outcome-partially_adopted = { $thing-gender ->
    [m] retenu partiellement
   *[f] retenue partiellement
}{ place }
outcome-already_satisfied = { $thing-gender ->
    [m] satisfait, déjà prévu
   *[f] satisfaite, déjà prévue
}{ place }
outcome-deferred = { $thing-gender ->
    [m] reporté
   *[f] reportée
}{ $until-known ->
    [yes] { " " }au { $until-date }
   *[no] { "" }
}{ place }
outcome-rejected = { $thing-gender ->
    [m] non retenu
   *[f] non retenue
}{ place }
outcome-not_feasible = { $thing-gender ->
    [m] jugé infaisable
   *[f] jugée infaisable
}{ place }
outcome-closed_no_action = { $thing-gender ->
    [m] classé sans suite
   *[f] classée sans suite
}{ place }
outcome-debated = { $thing-gender ->
    [m] débattu
   *[f] débattue
}{ place }
outcome-selected = { $thing-gender ->
    [m] lauréat
   *[f] lauréate
}{ place }
response-published-under_review = { answer } : { outcome-under_review }.
response-published-referred = { answer } : { outcome-referred }.
response-published-answered = { answer }.
response-published-adopted = { answer } : { outcome-adopted }.
response-published-adopted_with_changes = { answer } : { outcome-adopted_with_changes }.
response-published-partially_adopted = { answer } : { outcome-partially_adopted }.
response-published-already_satisfied = { answer } : { outcome-already_satisfied }.
response-published-deferred = { answer } : { outcome-deferred }.
response-published-rejected = { answer } : { outcome-rejected }.
response-published-not_feasible = { answer } : { outcome-not_feasible }.
response-published-closed_no_action = { answer } : { outcome-closed_no_action }.
response-published-debated = { answer } : { outcome-debated }.
response-published-selected = { answer } : { outcome-selected }.
response-published-unstated = { answer }, sans décision énoncée.
response-superseded-under_review = { answer-anew } : { outcome-under_review }.
response-superseded-referred = { answer-anew } : { outcome-referred }.
response-superseded-answered = { answer-anew }.
response-superseded-adopted = { answer-anew } : { outcome-adopted }.
response-superseded-adopted_with_changes = { answer-anew } : { outcome-adopted_with_changes }.
response-superseded-partially_adopted = { answer-anew } : { outcome-partially_adopted }.
response-superseded-already_satisfied = { answer-anew } : { outcome-already_satisfied }.
response-superseded-deferred = { answer-anew } : { outcome-deferred }.
response-superseded-rejected = { answer-anew } : { outcome-rejected }.
response-superseded-not_feasible = { answer-anew } : { outcome-not_feasible }.
response-superseded-closed_no_action = { answer-anew } : { outcome-closed_no_action }.
response-superseded-debated = { answer-anew } : { outcome-debated }.
response-superseded-selected = { answer-anew } : { outcome-selected }.
response-superseded-unstated = { answer-anew }, sans décision énoncée.
response-corrected-text = { $when }, { $who } a corrigé le texte de la réponse { $earlier-from }, sans changer la décision.
response-corrected-entry = { $when }, la source a modifié la fiche de la réponse { $earlier-from } ; elle ne dit pas ce qui a changé.
response-corrected-signatory = { $when }, { $who } a corrigé le nom ou la qualité de qui a signé la réponse { $earlier-from }.
response-corrected-pointer = { $when }, { $who } a corrigé la référence que donne la réponse { $earlier-from }, sans changer la décision.
response-contested = { $when }, { $who } a contesté la réponse { $earlier-from } { $thing-to }.

## La garantie, les reprises, les manques

role-granted = { $when }, { $who } a habilité { $holder-given ->
    [yes] { $holder }
   *[no] une personne non nommée
} { $as ->
    [platform] à parler pour les participants de sa plateforme
    [moderator] à modérer
    [facilitator] à animer la consultation
    [authority] à répondre pour l'autorité
    [assessor] à instruire
    [guarantor] comme garante ou garant{ $mandated ->
        [named] { ", " }sur mandat de : { $mandate }
        [unread] { ", " }sur un mandat que l'on ne peut plus lire
       *[no] { " " }(non mandaté)
    }
   *[administrator] à administrer le site
}.
role-revoked-ended = { $when }, { $who } a mis fin à une habilitation : la mission est terminée.
role-revoked-compromised = { $when }, { $who } a mis fin à une habilitation : sa clé est perdue, ou connue d'autres.
role-revoked-misused = { $when }, { $who } a mis fin à une habilitation : elle a servi à autre chose que prévu.
role-revoked-mistaken = { $when }, { $who } a mis fin à une habilitation donnée par erreur.
guarantor-observed = { $when }, { $who } a consigné une observation.
guarantor-recommended = { $when }, { $who } a fait la recommandation n° { $number }.
recommendation-answered-yes = { $when }, { $who } a répondu à la recommandation de la garantie : elle est suivie.
recommendation-answered-partly = { $when }, { $who } a répondu à la recommandation de la garantie : elle est suivie en partie.
recommendation-answered-no = { $when }, { $who } a répondu à la recommandation de la garantie : elle n'est pas suivie.
import-sealed = { $when }, { $who } a repris la source telle que relevée { $observed } : { $written ->
    [0] rien de nouveau
    [one] { $written } fait nouveau
   *[other] { $written } faits nouveaux
}, { $gaps ->
    [0] aucun manque
    [one] { $gaps } manque
   *[other] { $gaps } manques
}.
item = { $missing-given ->
    [yes] « { $missing } »
   *[no] un élément
}
gap-declared-not_found = { $when }, { $who } a constaté un manque : { item } n'existe plus sur le site d'origine.
gap-declared-vanished = { $when }, { $who } a constaté un manque : { $known ->
    [yes] { $thing } est { $thing-gender ->
        [m] absent
       *[f] absente
    }
   *[no] { item } est absent
} du relevé de ce jour, alors qu'un relevé précédent en faisait état.
gap-declared-unreadable = { $when }, { $who } a constaté un manque : { item } n'a pas pu être lu dans la source.
gap-declared-not_kept = { $when }, { $who } a constaté un manque : { item } n'a pas été conservé.
gap-declared-not_transcribed = { $when }, { $who } a constaté un manque : { item } attend encore d'être recopié.
gap-declared-debate_undated = { $when }, la source a une issue de débat et aucun jour{ $known ->
    [yes] { " " }pour { $thing }
   *[no] { "" }
} : on ne sait pas ici s'il y en a eu un.

## Les effacements

erased-part = { $scope ->
    [author] le nom de l'auteur
    [content] le contenu
   *[all] le contenu et le nom de l'auteur
} { $known ->
    [yes] { $thing-of }
   *[no] d'un acte ou d'un vote
}
erasure-ground = { $ground ->
    [no_longer_needed] ce n'est plus utile
    [consent_withdrawn] son accord est retiré
    [objection] la personne s'y oppose
    [unlawful] le recueil était illégal
    [legal_obligation] la loi le demande
    [minor] la personne était mineure
    [order] la justice l'ordonne
   *[third_person] une autre personne est concernée
}
erasure-refusal = { $refusal ->
    [expression] la liberté d'expression prime
    [legal_obligation] la loi impose de le garder
    [public_interest] l'intérêt public s'y oppose
    [legal_claims] un procès en a besoin
    [not_theirs] cela concerne quelqu'un d'autre
    [not_personal] rien n'y est personnel
   *[unsaid] le motif n'est pas donné
}
erasure-requested = { $when }, { $requester ->
    [author] l'auteur
    [concerned] une personne concernée
   *[controller] le responsable des données
} a demandé d'effacer { erased-part } : { erasure-ground }.
erasure-decided-granted = { $when }, { $who } a accepté l'effacement demandé : { erasure-ground }.
erasure-decided-partly = { $when }, { $who } a accepté une partie de l'effacement : pour le reste, { erasure-refusal }.
erasure-decided-refused = { $when }, { $who } a refusé l'effacement demandé : { erasure-refusal }.
erased = { $when }, { $who } a effacé { erased-part } : { erasure-ground }.
erasure-completed = { $when }, { $who } a supprimé de tous les fichiers ce qui avait été effacé.
taken-down = { $act ->
    [reference-text-published] le texte
    [response-published] le texte d'une réponse
    [response-corrected] le texte corrigé d'une réponse
    [response-superseded] le texte d'une nouvelle réponse
    [amendment-decided] le compte rendu d'une décision
    [amendment-opinion-given] le texte d'un avis
   *[unknown] le texte d'un acte public
}
takedown-decided = { $when }, { $who } a décidé de retirer { taken-down } ({ $ground }), si une autre personne signe.
takedown-countersigned = { $when }, { $who } a donné la seconde signature : depuis, ce texte n'est plus montré.
loss-cause = { $cause ->
    [disk_failed] un disque est tombé en panne
    [backup_too_old] la dernière copie était plus ancienne
    [copy_lost] la copie qui la gardait a disparu
    [software_fault] un logiciel s'est trompé
   *[unknown] on ne sait pas comment
}
parts-lost = { $when }, { $who } a déclaré perdue, et non effacée, une partie de ce qui était conservé ici : { loss-cause }.
ledger-succeeded = { $when }, { $who } a ouvert ce registre à la suite d'un autre, dont une partie est perdue : { loss-cause }.

## Ce qui se dit à côté d'une étape

recorded-here = enregistré ici { $at }.
signed-by-holder = signé par la personne elle-même, avec une clé qu'elle est seule à détenir.
signed-on-behalf = signé par l'exploitant du site au nom de cette personne, avec une clé qu'il détient pour elle.
inherited = repris du parcours { $thing-of }.
became = « { $before } » est devenu « { $after } ».
breach-debated-after-closing = le débat a eu lieu après la clôture
remark = à noter : { $remark }
note-changed-in-source = modification faite dans la source { $at }, après la publication ; le texte d'avant n'est pas connu.
note-typed = reçu hors ligne, puis recopié ici{ $role ->
    [citizen] { "" }
    [platform] { "" }
   *[other] { " " }par { role }
}.
note-not-material = la personne qui l'a modifié dit que le sens ne change pas.
note-withdrawal-unexplained = la source ne dit pas pourquoi.
note-ground = motif : { $ground }.
note-automated = décision automatique, prise sans intervention humaine.
note-votes-per-person = { $count ->
    [one] chaque personne a une voix dans ce scrutin.
   *[other] chaque personne a { $count } voix au plus dans ce scrutin, une par texte.
}
note-counter = ces chiffres sont ceux du site d'origine ; rien n'a été recompté ici.
note-counter-version = le site montrait alors la version { $version } ; certains de ces chiffres peuvent être plus anciens qu'elle.
note-appeal-until = délai de recours de l'auteur : jusqu'au { $until-date } inclus.
note-vanished = la source ne dit pas pourquoi ; une absence n'est pas un retrait.
note-measure-unexplained = la source ne dit pas pourquoi.
note-unsigned = { $what ->
    [capacity] la source ne dit pas en quelle qualité cette personne a répondu.
    [erased] le nom de la personne qui a signé a été effacé.
    [person] la source ne nomme aucune personne qui l'ait signée.
   *[signatory] la source ne dit pas qui a répondu, ni en quelle qualité.
}
note-threshold-unsaid = la source ne donne pas ce nombre.
note-decided-on = décision prise { $at }.
note-dated = réponse datée du { $at-date }.
note-group = { $named ->
    [yes] la même réponse vaut aussi pour { $names }.
   *[no] { $others ->
        [one] la même réponse vaut pour { $others } autre contribution.
       *[other] la même réponse vaut pour { $others } autres contributions.
    }
}
note-reasons-above = les raisons données sont en haut de cette page.
note-words-above = ses mots sont donnés en haut de cette page.
note-passages = { $count ->
    [one] { $count } passage a reçu une réponse à part.
   *[other] { $count } passages ont reçu une réponse à part.
}
note-replaces = elle remplace { $earlier-known ->
    [yes] la réponse { $earlier-from }
   *[no] une réponse précédente
}{ $readable ->
    [yes] , qui reste lisible ici.
   *[no] .
}
note-revised = la source dit : « { $quote } »
note-before-unknown = le texte d'avant n'est pas connu.

## La première phrase : ce que l'idée est devenue

headline-prefixed = texte { $prefix ->
    [erased] effacé à la demande
    [taken_down] retiré par deux personnes
    [removed] retiré par la modération
    [hidden] masqué par la modération
    [redacted] expurgé en partie
   *[restored] rétabli
} ; suite : { $rest }
headline-appended = { $code ->
    [slipped] l'engagement pris est en retard.
    [insufficient] cette réponse a été jugée insuffisante.
   *[contested] cette suite est contestée par l'auteur.
}
reason = { $code ->
    [law] le droit
    [cost] le coût
    [technical] la faisabilité
    [competence] la compétence d'une autre autorité
    [safety] la sécurité
    [environment] l'environnement
    [equity] l'équité
    [priority] d'autres priorités
    [already_planned] ce qui est déjà prévu
   *[public_support] ce que la consultation a montré
}
headline-answered = { $code ->
    [answered] réponse donnée
   *[other] { $fate }
}{ $referred-given ->
    [yes] { " " }({ $referred })
   *[no] { "" }
}{ $code ->
    [answered] { " " }{ $when }
   *[other] { $until-known ->
        [yes] { " " }au { $until-date }
       *[no] { "" }
    }, selon la réponse { $when-from }
}{ $place-given ->
    [yes] { " " }: { $place }{ $dated-known ->
        [yes] { " " }({ $dated-date })
       *[no] { "" }
    }.
   *[no] { $reasoned ->
        [yes] , pour { $several ->
            [yes] ces motifs
           *[no] ce motif
        } : { $reasons }.
       *[no] { $quote-given ->
            [yes] { " " }: « { $quote } »
           *[no] .
        }
    }
}
headline-amendment = { $fate } { $when } par { $who-alone }{ $quote-given ->
    [yes] { " " }: « { $quote } »
   *[no] .
}
headline-closed = { $code ->
    [threshold_not_met] seuil non atteint : le vote est clos sans le nombre de soutiens demandé.
    [expired] { $thing-gender ->
        [m] caduc
       *[f] caduque
    } : son délai est passé sans suite enregistrée.
   *[other] { $fate } ; l'acte qui le décide n'est pas montré ici.
}
headline-delivery = { $fate }.
headline-linked = { $how ->
    [duplicate_of] doublon { $named ->
        [yes] de { $heirs }
       *[no] d'un autre texte
    }
    [split_into] { $gender ->
        [m] scindé
       *[f] scindée
    } { $named ->
        [yes] en { $heirs }
       *[no] en plusieurs textes
    }
   *[merged_into] { $gender ->
        [m] regroupé
       *[f] regroupée
    } { $named ->
        [yes] dans { $heirs }
       *[no] avec un autre texte
    }
}{ $inherits ->
    [yes] , dont voici la suite : { $fate }{ $place-given ->
        [yes] { " " }({ $place })
       *[no] { "" }
    }
   *[no] { "" }
}.
headline-withdrawn = { $fate } { $when }{ $quote-given ->
    [yes] { " " }(« { $quote } »)
   *[no] { "" }
}{ $readable ->
    [yes] { " " }; le texte reste lisible
   *[no] { "" }
}.
by-body = { $body-given ->
    [yes] { " " }({ $body })
   *[no] { "" }
}
headline-overdue = aucune réponse : elle était due au plus tard { $at }{ by-body }, soit { $days ->
    [one] { $days } jour
   *[other] { $days } jours
} de retard.
headline-due = en attente de réponse : elle est due au plus tard { $at }{ by-body }, { $days ->
    [0] aujourd'hui même
    [one] demain
   *[other] dans { $days } jours
}.
headline-undated = en attente de réponse, sans date fixée{ by-body }.
headline-passed = en attente de réponse : elle était souhaitée pour { $at }{ by-body }, sans obligation.
headline-discharged = réponse donnée { $at }{ by-body }.
headline-transferred = en attente de réponse d'un autre organisme depuis { $at }.
headline-review = en cours d'examen, a annoncé l'autorité { $when } ; aucune décision n'est encore enregistrée.
headline-threshold = { $counted ->
    [yes] seuil de { $threshold } soutiens atteint
   *[no] seuil de soutiens atteint
} { $when } ; { $covered-known ->
    [yes] au { $covered-date }, dernier relevé de la source, aucune réponse.
   *[no] aucune réponse n'est enregistrée à ce jour.
}
headline-unknown = { $official ->
    [yes] texte soumis à l'avis du public ; suite inconnue ici
   *[no] suite inconnue ici
} : { $covered-known ->
    [yes] la source, relevée { $covered }, ne contenait pas de réponse, et n'a pas été relue depuis.
   *[no] la source reprise ne contient pas les réponses.
}
headline-no-duty = { $thing-gender ->
    [m] publié
   *[f] publiée
}, sans obligation de réponse : { $counted ->
    [yes] les { $threshold } soutiens qui obligent à répondre ne sont pas atteints.
   *[no] les règles de cette consultation n'obligent personne à répondre.
}
headline-entered = { $fate } { $code ->
    [pending_moderation] depuis { $when }.
    [received] { $when } ; pas encore { $thing-gender ->
        [m] publié
       *[f] publiée
    }.
   *[published] { $when } ; { $official ->
        [yes] aucune décision n'est enregistrée à ce jour.
       *[no] aucune réponse n'est enregistrée à ce jour.
    }
}
headline-moderated = { $fate }{ $when-known ->
    [yes] { " " }{ $when }
   *[no] { "" }
}{ $appealed ->
    [yes] , sur recours de son auteur
   *[no] { "" }
}{ grounded }.
headline-examined = { $named ->
    [yes] { $thing-gender ->
        [m] examiné
       *[f] examinée
    } par : { $who-alone }, qui a répondu { $at }.
   *[no] { $unsaid ->
        [erased] réponse donnée { $at } ; le nom de la personne qui l'a signée a été effacé.
       *[other] { $embodied ->
            [yes] réponse de : { $who-alone }, donnée { $at } ; la source ne nomme aucune personne.
           *[no] réponse donnée { $at } ; la source ne dit pas qui a examiné, qui a répondu, ni en quelle qualité.
        }
    }
}
headline-decided = { $decides ->
    [yes] { $at-known ->
        [yes] décision prise { $at } ; par qui n'a pas été enregistré à part
       *[no] ni qui a décidé, ni quand, n'a été enregistré à part
    }{ $worded ->
        [yes] { " " }; le texte de la réponse, plus bas, le dit peut-être.
       *[no] .
    }
   *[no] aucune décision n'a été enregistrée à part{ $worded ->
        [yes] { " " }; le texte de la réponse, plus bas, en indique peut-être une.
       *[no] .
    }
}
headline-replaced = une première réponse{ $earlier-known ->
    [yes] , donnée { $earlier },
   *[no] { "" }
} a été remplacée{ $readable ->
    [yes] { " " }; elle reste lisible ici.
   *[no] .
}
headline-revised = la source dit : « { $quote } »
headline-replaced-by = cette première réponse venait de : { $who-alone }.
headline-observed = { $at }, { $who } a consigné une observation à ce sujet.
headline-measured = mesure prise par { $who-alone }{ $who-apposed ->
    [yes] { "" }
   *[no] , au titre de la modération
}.
headline-measured-first = avant ce recours, la modération avait décidé { $when } : { $action }{ $grounded ->
    [yes] { " " }({ $ground })
   *[no] { "" }
}.
headline-unexamined = { $debated ->
    [yes] en dehors de ce débat, rien dans ce registre n'indique qu'une autorité ait examiné { $thing }.
   *[no] rien dans ce registre n'indique qu'une autorité ait examiné { $thing }.
}
headline-unexamined-until = au { $covered-date }, dernier relevé, la source ne dit pas qu'une autorité ait examiné { $thing }.
headline-corrected = { $told ->
    [yes] la réponse a été corrigée { $at }, sans changer la décision.
   *[no] la source a modifié la fiche de cette réponse { $at } ; elle ne dit pas ce qui a changé.
}
headline-debated = { $place ->
    [parliament] le Parlement en a débattu { $at }.
    [council] le conseil en a débattu { $at }.
    [meeting] une réunion publique en a débattu { $at }.
   *[online] un débat en ligne a eu lieu { $at }.
}

## Ce qui est dû

debtor = { $body-given ->
    [yes] { $body }
   *[no] l'autorité (non nommée ici)
}
rule = { $rule-given ->
    [yes] { " " }({ $rule }{ $timed ->
        [yes] { " " }: { $within ->
            [one] { $within } jour
           *[other] { $within } jours
        }
       *[no] { "" }
    })
   *[no] { "" }
}
owed-overdue = { debtor } : réponse due au plus tard { $at }{ rule }, en retard de { $days ->
    [one] { $days } jour
   *[other] { $days } jours
} aujourd'hui. Le délai pour répondre a couru à partir du { $since-date }.
owed-due = { debtor } : réponse due au plus tard { $at }{ rule }, { $days ->
    [0] aujourd'hui même
    [one] demain
   *[other] dans { $days } jours
}. Le délai court depuis { $since }.
owed-undated = { debtor } : { $covered-known ->
    [yes] au { $covered-date }, réponse attendue depuis { $since }{ rule }, sans date limite enregistrée ici ; la suite est inconnue ici.
   *[no] réponse attendue depuis { $since }{ rule }, sans date fixée ; on ne peut pas parler de retard.
}
owed-passed = { debtor } : réponse souhaitée pour { $at }{ rule } ; rien n'oblige à la donner.
owed-discharged = la réponse qui était due{ $deadline-known ->
    [yes] { " " }au plus tard { $deadline }
   *[no] { "" }
}{ rule } a été donnée { $at }{ $late ->
    [yes] , avec { $days ->
        [one] { $days } jour
       *[other] { $days } jours
    } de retard
   *[no] { $deadline-known ->
        [yes] , dans le délai
       *[no] { "" }
    }
}. Plus aucune réponse n'est due.
owed-transferred = la réponse est due par un autre organisme depuis { $at }{ rule }.
owed-scope = { $scope ->
    [until] { " " }que ce registre sache, au { $covered-date }, dernier relevé de la source
    [blind] { " " }que ce registre sache ; la source reprise ne contient pas les réponses
   *[live] { " " }à ce jour
}
owed-nothing = { $why ->
    [answered] { $scope ->
        [live] aucune réponse n'est due : une a été donnée{ $answered-known ->
            [yes] { " " }{ $answered }
           *[no] { "" }
        } ; aucun délai pour répondre n'était enregistré ici.
       *[other] une réponse a été donnée{ $answered-known ->
            [yes] { " " }{ $answered }
           *[no] { "" }
        } ; rien n'est dû{ owed-scope }.
    }
    [decided] une décision a été prise : rien n'est dû{ owed-scope }.
    [gone] rien n'est dû{ owed-scope }.
    [threshold] { $covered-known ->
        [yes] au { $covered-date }, dernier relevé, une réponse était attendue depuis que le seuil est atteint
       *[no] une réponse est attendue depuis que le seuil est atteint
    } ; la source ne dit ni qui la doit, ni pour quand : on ne peut pas parler de retard.
    [unknown] { $covered-known ->
        [yes] inconnu ici depuis { $covered } : la source n'a pas été relue ensuite.
       *[no] inconnu ici : la source ne contient pas les réponses ; il a pu y en avoir une.
    }
   *[none] { $threshold-known ->
        [yes] une réponse n'est obligatoire qu'à partir de { $threshold } soutiens : rien n'est dû{ owed-scope }.
       *[no] rien n'est dû{ owed-scope }.
    }
}
owed-delivery-unknown = si la réponse annonce quelque chose, cette page ne dit pas encore si cela a été fait.

## Ce que l'on peut faire

next-appeal = pour l'auteur : former un recours contre la mesure de modération, jusqu'au { $until-date } inclus{ $appealed ->
    [yes] { " " }; un recours est déjà enregistré.
   *[no] .
}
next-appeal-over = pour l'auteur : le recours contre la mesure de modération était ouvert jusqu'au { $until-date } inclus ; { $appealed ->
    [yes] un recours est enregistré.
   *[no] aucun recours n'est enregistré.
}
next-hidden = pour toute autre personne : rien n'est prévu ici ; seul l'auteur peut former un recours, et le texte n'est montré à personne.
next-vote = soutenir { $thing } ou donner son avis : le vote est ouvert.
in-brackets = { $body-given ->
    [yes] { " " }({ $body })
   *[no] { "" }
}
quoting = { $reference-given ->
    [yes] , en citant { $reference }
   *[no] { "" }
}
next-contest = pour l'auteur : dire à qui a donné la réponse{ in-brackets } que l'on conteste celle-ci{ quoting }.
next-anyone = pour tout le monde : suivre cette page, ou écrire à qui a donné la réponse{ in-brackets }{ quoting }.
next-no-address = cette page ne connaît pas l'adresse où écrire.
next-remind = rappeler sa réponse à l'autorité qui la doit{ in-brackets }{ quoting }. Il n'y a pas encore de réponse à contester.
next-guarantor = saisir la personne garante de la consultation{ $name-given ->
    [yes] , { $name }
   *[no] { "" }
} ; cette page ne donne pas son adresse.
next-wait = attendre la réponse, et revenir sur cette page ; elle sera ajoutée ici.
next-withdrawn = rien sur ce texte, que son auteur a retiré.
next-elsewhere = { $origin-given ->
    [yes] { $addressed ->
        [yes] voir sur le site d'origine : { $origin }
       *[no] voir sur le site d'origine, { $origin }, dont l'adresse n'a pas été enregistrée
    }{ $number-given ->
        [yes] { " " }(son numéro là-bas : { $number })
       *[no] { "" }
    }. Rien ne peut être fait ici.
   *[no] rien ici ; chercher la suite auprès de qui a tenu la consultation.
}
next-submit = déposer une autre idée : le dépôt est ouvert.
next-follow = suivre cette page : toute suite y sera ajoutée.

## Quel texte, combien de voix

of-version = { $many ->
    [yes] version { $version }{ $written-known ->
        [yes] , écrite { $written }
       *[no] { $found-known ->
            [yes] , relevée { $found }{ $before-known ->
                [yes] { " " }(pas encore là { $before })
               *[no] { "" }
            }
           *[no] { "" }
        }
    }
   *[no] { $changed ->
        [yes] le texte tel que relevé (version 1)
       *[no] texte unique (version 1)
    }
}
figures-counted = { of-version } : { $counts }, comptés ici un par un.
territory = { $name } { $count }
figures-territories = { of-version }, par secteur : { $territories }.
figures-paper = { of-version } : { $counts } sur papier, comptés à la main.
figures-observed = { of-version } : { $counts } selon le site d'origine, relevés { $at } ; rien n'est recompté ici.
figures-none = { of-version } : aucun vote.
figures-together = en tout { $counts }, comptés ici ; chacun reste sur la version que la personne avait sous les yeux.
figures-one-counter = ces { $readings } chiffres sont un même compteur du site d'origine, lu { $readings } fois : ils ne s'additionnent pas.
figures-text-changed = la source dit que le texte a changé { $at } ; on ne connaît ni le texte d'avant, ni celui des deux que visait chaque vote.

## Ce que la page ne sait pas, ne prouve pas

limit-hidden = { $waits ->
    [yes] le texte n'est pas montré : la modération n'a rien décidé à son sujet.
   *[no] le texte n'est montré à personne ici : on ne peut pas juger soi-même du motif.
}
limit-overdue = le registre ne sait pas pourquoi aucune réponse n'est venue, ni ce qui a pu être dit ailleurs.
limit-group = la même réponse vaut pour plusieurs contributions ; le registre ne dit pas quelle part en répond à celle-ci.
limit-after = tout ce qui a suivi { $covered } est inconnu ici{ $parliament ->
    [yes] { " " }; d'autres suites parlementaires, si la source en énumère, ne sont pas reprises.
   *[no] .
}
limit-no-answers = la source ne dit ni qui a lu ce texte, ni qui a décidé, ni si quelqu'un a décidé.
limit-before-unknown = certains textes, ou ce qu'ils disaient avant un changement, manquent dans la source.
limit-answer = le registre garde ce que la réponse dit ; il ne prouve pas qu'elle soit juste, ni qu'elle soit appliquée.
limit-observed = les chiffres relevés sont ceux du site d'origine ; personne ne peut les recompter ici, ni savoir qui a voté.
limit-counted = les votes sont recomptables, mais rien ne prouve que deux votes viennent de deux personnes.
limit-unsigned = les réponses ne sont pas signées électroniquement : il faut en croire { $taken ->
    [yes] le site d'origine, et qui tient ce registre.
   *[no] qui tient ce registre.
}
limit-outside = ce qui s'est dit ou fait hors du registre n'y est pas.
limit-witness = { $cosigned ->
    [all] des témoins extérieurs ont confirmé ce registre ; rien ne prouve qu'ils ne s'entendent pas avec qui le tient.
    [part] des témoins extérieurs ont confirmé ce registre, mais pas encore tous les actes de cette page.
   *[none] aucun témoin extérieur n'a encore confirmé ce registre : le vérifier prouve seulement qu'il ne se contredit pas.
}
limit-demonstration = tout est inventé : c'est une démonstration.

## Comment vérifier

check-verify = refaire soi-même tous les calculs du registre, sur son propre ordinateur{ $command-given ->
    [yes] , avec cette commande : « { $command } ».
   *[no] { " " }: la page « Comment vérifier » dit comment.
}
check-needs = il faut le programme devenir, de code libre, et, pour vérifier aussi les textes, le registre en un fichier : { $contact-given ->
    [yes] pour les obtenir, écrire à { $contact }.
   *[no] les demander à qui le tient ; aucune adresse n'a été donnée.
}
check-receipt = qui a déposé ce texte garde le reçu donné alors : l'acte qu'il nomme doit se retrouver, à sa place, dans toute copie.
check-alone = la commande refait tout chez vous, sans croire qui tient le registre ; sans témoin extérieur, elle prouve seulement que le registre ne se contredit pas.
check-source = comparer avec { $addressed ->
    [yes] { $origin }
   *[no] { $origin-given ->
        [yes] le site d'origine, { $origin }, dont l'adresse n'a pas été enregistrée
       *[no] les fichiers d'origine
    }
} : le registre garde de quoi reconnaître, plus tard, les fichiers repris.

## La page

about = { kind }{ $reference-given ->
    [yes] { " " }{ $reference }
   *[no] { "" }
}{ $consultation-given ->
    [yes] , { $consultation }
   *[no] { "" }
}
today = page du { $at-date }.
steps-taken-over = tout ceci a été enregistré ici { $at }, d'après un autre site.
amendments-folded = { $count } amendements ont été proposés à des dates inconnues ; ni leurs textes ni ce qu'ils sont devenus ne sont dans la source.
folded-line = { $label } : { $words }
folded-more = et { $count } autres.
banner-demonstration = démonstration : lieux, personnes et paroles sont inventés.
heading-owed = ce qui est dû
heading-next = ce que l'on peut faire maintenant
heading-versions = le texte et les votes
heading-steps = ce qui s'est passé
heading-limits = ce que cette page ne sait pas ou ne prouve pas
heading-checks = comment vérifier
label-why = pourquoi
label-where = où
label-title = titre
label-text = texte
label-words = dit
label-observed = ce que dit la personne garante
label-added = ajouté
label-removed = retiré
label-before = { $section }, avant
label-after = { $section }, après
label-local-status = statut local
label-theme = thème
label-territory = secteur
label-place = lieu
label-link = adresse
labelled = { $label } : { $words }
labelled-cut = { $label } : { $words } (coupé ici ; la page a tout)
pointer-dated = { $at-date }
