### The sentences of the trail, in English. One for each type of fact and outcome; a test says that none is missing.
### They begin without a capital, which is added at the head of a sentence.

## Moments

month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
date = { $shown ->
    [unknown] date unknown
    [year] { $year }
    [month] { month } { $year }
    [minute] { $day } { month } { $year } at { $hour }:{ $minute }
   *[day] { $day } { month } { $year }
}
moment = { $shown ->
    [unknown] on an unknown date
    [year] in { date }
    [month] in { date }
   *[day] on { date }
}
from = { $shown ->
    [unknown] { "" }
   *[day] of { date }
}

## Who, what, how many

list = { $several ->
    [yes] { $before } and { $last }
   *[no] { $last }
}
role = { $role ->
    [citizen] a participant
    [platform] the platform
    [moderator] the moderators
    [facilitator] the consultation's team
    [authority] the authority that consults
    [assessor] the assessing service
    [guarantor] the guarantor
    [administrator] the site's administrators
   *[clerk] the automatic clerk
}
unnamed-role = { $role ->
    [authority] an authority that the source does not name
    [moderator] moderators whom the source does not name
   *[other] somebody whom the source does not name
}
actor = { $known ->
    [named] { $name }{ $capacity-given ->
        [yes] , { $capacity }
       *[no] { "" }
    }{ $embodied ->
        [yes] { " " }({ $bodies })
       *[no] { "" }
    }
    [tagged] participant { $tag }
    [body] { $bodies }
    [author] the author of this { kind }
   *[role] { $unnamed ->
        [not_said] { unnamed-role }
        [erased] somebody whose name was erased
        [withheld] somebody whose name is not shown
        [lost] somebody whose name was not kept
       *[no] { role }
    }
}
who = { actor }{ $apposed ->
    [yes] ,
   *[no] { "" }
}
kind = { $kind ->
    [proposal] proposal
    [opinion] opinion
    [question] question
    [petition] petition
    [initiative] initiative
    [observation] observation
    [article] article
    [measure] measure
    [question_put] question
    [project] project
    [amendment] amendment
    [argument_for] argument for
    [argument_against] argument against
    [comment] comment
    [citation] cited source
   *[text] text
}
some = { $kind ->
    [opinion] an { kind }
    [initiative] an { kind }
    [observation] an { kind }
    [article] an { kind }
    [amendment] an { kind }
    [argument_for] an { kind }
    [argument_against] an { kind }
   *[other] a { kind }
}
thing = { $place ->
    [home] this { kind }
    [numbered] { kind } { $reference }
   *[other] { some }
}
thing-of = of { thing }
thing-to = to { thing }
count = { $choice ->
    [support] { $count ->
        [one] { $count } support
       *[other] { $count } supports
    }
    [for] { $count } for
    [mixed] { $count } mixed
    [against] { $count } against
    [option] { $count ->
        [one] { $count } choice
       *[other] { $count } choices
    }
   *[blank] { $count } blank
}
numbered = { $reference-given ->
    [yes] { " " }(no. { $reference })
   *[no] { "" }
}
grounded = { $grounded ->
    [yes] : { $ground }
   *[no] { "" }
}
fate = { $code ->
    [received] received
    [pending_moderation] awaiting moderation
    [published] published
    [inadmissible] inadmissible
    [hidden] hidden by moderation
    [removed] removed by moderation
    [redacted] partly redacted by moderation
    [restored] restored by moderation
    [erased] erased on request
    [duplicate_of] a duplicate
    [merged_into] merged into another text
    [split_into] split into several texts
    [amended_by] amended
    [cited_in_synthesis] cited in the synthesis
    [under_review] under review
    [referred] referred to another authority
    [answered] answered
    [adopted] adopted
    [adopted_with_changes] adopted with changes
    [partially_adopted] partially adopted
    [already_satisfied] already satisfied
    [deferred] deferred
    [rejected] rejected
    [lapsed] lapsed (moot)
    [not_supported] not moved in session
    [not_examined] not examined
    [withdrawn] withdrawn by its author
    [threshold_not_met] threshold not met
    [threshold_met] threshold met
    [expired] expired
    [selected] selected
    [planned] planned
    [in_progress] in progress
    [partially_done] partly done
    [done] done
    [abandoned] abandoned
    [slipped] behind commitment
    [contested] contested by its author
    [insufficient] answer judged insufficient
    [no_response_yet] awaiting response
    [no_response_overdue] no answer, overdue
    [no_duty] no duty to respond
    [closed_no_action] closed without action
    [debated] debated
    [not_voted] not voted (ground not stated)
    [not_feasible] judged not feasible
   *[unknown_in_source] unknown here
}
missing = { $why ->
    [not_in_source] not in the source
    [hidden] hidden by moderation
    [withheld] not shown yet
    [erased] erased on request
    [taken_down] taken down by two people
   *[lost] lost: it was recorded and could not be kept
}
missing-then = whatever was written then is not in the source

## The record

ledger-opened = { $when }, { $who } opened this record.
heads-recorded = { $when }, { $who } noted how far each consultation of this record had come.
act-countersigned = { $when }, { $who } gave the second signature that an act asks for.
key-introduced-checkpoint = { $when }, { $who } named the key that takes over in signing the public states of this record.
key-introduced-promise = { $when }, { $who } named the key that takes over in signing what this record promises to authors.
key-introduced-signer = { $when }, { $who } named the new key with which they sign their acts.
ledger-opened-demonstration = { $when }, { $who } opened this record for demonstration: everything in it is invented.

## The consultation

consultation-registered-native = { $when }, { $who } opened the page of this consultation.
consultation-registered-observed = { $when }, { $who } took over here a consultation that was held on another site.
rules-adopted = { $when }, { $who } fixed the rules of the consultation.
rules-amended = { $when }, { $who } changed the rules of the consultation after they were adopted (version { $version }).
phase-name = { $phase-given ->
    [yes] the phase “{ $phase }”
   *[no] phase { $number }
}
until = { $until-known ->
    [yes] { " " }until { $until-date }
   *[no] { "" }
}
phase-opened = { $when }, { $who } opened { phase-name }{ until }.
phase-extended = { $when }, { $who } extended { phase-name }{ until }.
phase-closed = { $when }, { $who } closed { phase-name }.
reference-text-published = { $when }, { $who } put { $thing } to the public{ numbered }.
consultation-closed = { $when }, { $who } closed the consultation.

## Contributions

contribution-submitted = { $when }, { $who } submitted { $thing }{ $channel ->
    [paper] { " " }on paper
    [meeting] { " " }at a meeting
    [telephone] { " " }by telephone
    [letter] { " " }by letter
   *[web] { "" }
}{ numbered }.
contribution-published = { $when }, { $who } published { $thing }.
contribution-revised = { $when }, { $who } changed { $thing }: this is version { $version }; votes already given stay on the one before.
contribution-revised-seen = { $when }, a different text was found: { $thing } had changed{ $before-known ->
    [yes] { " " }after { $before-date }
   *[no] { "" }
}, and the source does not say who changed it.
contribution-revised-found = { $when }, { $first ->
    [yes] a text was found{ $before-known ->
        [yes] { " " }where none was there { $before }
       *[no] { "" }
    }; what { $thing } said before, if it said anything, is not known.
   *[no] { $before-known ->
        [yes] a text was found that differs from the one found { $before }
       *[no] a different text was found
    }: { $thing } had changed; the source does not say who changed it.
}
revision-requested = { $when }, { $who } asked for { $thing } to be revised before publication{ $until-known ->
    [yes] , by { $until-date } at the latest
   *[no] { "" }
}.
contribution-withdrawn = { $when }, { $who } withdrew { $thing }.
coauthor-changed-joined = { $when }, { $who } joined the authors { $thing-of }.
coauthor-changed-left = { $when }, { $who } left the authors { $thing-of }.
reference-corrected = { $when }, { $who } corrected the address { $thing-of } on its original site.

## Amendments

resulting = { $numbered ->
    [yes] : the text is now version { $version }
   *[no] { "" }
}
amendment-submitted = { $when }, { $who } proposed to change { $parent } by { $thing }.
amendment-opinion-given-favourable = { $when }, { $who } gave an opinion in favour { $thing-of }.
amendment-opinion-given-unfavourable = { $when }, { $who } gave an opinion against { $thing }.
amendment-opinion-given-wisdom = { $when }, { $who } left { $thing } to the judgement of the assembly.
amendment-decided-adopted = { $when }, { $who } adopted { $thing }{ resulting }.
amendment-decided-adopted_with_changes = { $when }, { $who } adopted { $thing } with changes{ resulting }.
amendment-decided-rejected = { $when }, { $who } rejected { $thing }.
amendment-decided-lapsed = { $when }, { $who } found that { $thing } was moot.
amendment-decided-withdrawn = { $when }, { $who } noted that the author withdrew { $thing }.
amendment-decided-not_supported = { $when }, { $who } found that nobody moved { $thing } in session.
amendment-decided-not_examined = { $when }, { $who } closed the session without examining { $thing }.
amendment-decided-inadmissible = { $when }, { $who } declared { $thing } inadmissible.
amendment-decided-already_satisfied = { $when }, { $who } judged that the text already satisfied { $thing }.
amendment-decided-not_voted = { $when }, { $who } did not put { $thing } to the vote; the ground is not stated.
amendment-rectified = { $when }, { $who } rectified { $thing }: this is its version { $version }.
amendment-lapsed = { $when }, { $who } found that { $thing } was moot{ $cause-known ->
    [yes] , after the decision { $cause-from }
   *[no] { "" }
}.

## The debate

argument-posted-for = { $when }, { $who } gave an argument for { $thing }.
argument-posted-against = { $when }, { $who } gave an argument against { $thing }.
comment-posted = { $when }, { $who } commented on { $thing }.
source-cited = { $when }, { $who } cited a source about { $thing }.
debate-held-parliament = { $when }, Parliament debated { $thing }.
debate-held-council = { $when }, the council debated { $thing }.
debate-held-meeting = { $when }, a public meeting debated { $thing }.
debate-held-online = { $when }, a debate was held online about { $thing }.

## Votes

on = { $about ->
    [yes] { " " }on { $thing }
   *[no] { "" }
}
version-voted = { $versioned ->
    [yes] , version { $version }
   *[no] { "" }
}
ballot-opened-support = { $when }, { $who } opened the collection of supports{ $about ->
    [yes] { " " }for { $thing }
   *[no] { "" }
}.
ballot-opened-opinion = { $when }, { $who } opened the vote{ on }: for, mixed or against.
ballot-opened-options = { $when }, { $who } opened a vote among several options{ on }.
vote-cast = { $when }, somebody voted{ on }{ version-voted }.
vote-changed = { $when }, somebody changed their vote{ on }{ version-voted }.
vote-retracted-voter = { $when }, somebody took back their vote{ on }.
vote-retracted-erasure = { $when }, somebody's vote{ on } was taken back, because they asked for their data to be erased.
vote-invalidated-not_entitled = { $when }, { $who } set aside a vote{ on }: the voter was not entitled to vote.
vote-invalidated-twice = { $when }, { $who } set aside a vote{ on }: the same person had voted twice.
vote-invalidated-automated = { $when }, { $who } set aside a vote{ on }: it did not come from a person.
vote-invalidated-platform_error = { $when }, { $who } set aside a vote{ on }: the platform had recorded it by mistake.
paper-votes-added = { $when }, { $who } added the votes on paper{ on }: { $counts }.
votes-observed = { $when }, the counter of { $platform-given ->
    [yes] the site { $platform }
   *[no] the original site
} showed on { $thing }: { $counts }.
ballot-closed = { $when }, { $who } closed { $supports ->
    [yes] the collection of supports{ $about ->
        [yes] { " " }for { $thing }
       *[no] { "" }
    }
   *[no] the vote{ on }
}.
threshold = { $counted ->
    [yes] the threshold of { $threshold } supports
   *[no] its threshold of supports
}
threshold-reached-response = { $when }, { $thing } reached { threshold }, which calls for a response.
threshold-reached-debate = { $when }, { $thing } reached { threshold }, which calls for a debate.
threshold-reached-moderation = { $when }, { $thing } had { $counted ->
    [yes] the { $threshold } first supports
   *[no] enough first supports
} for the moderators to look at it.
threshold-reached-ballot = { $when }, { $thing } reached { threshold }, which calls for a vote.

## Moderation

content-reported = { $when }, { $who } reported { $thing }{ grounded }.
moderation-decided-keep = { $when }, { $who } left { $thing } as it is{ grounded }.
moderation-decided-hide = { $when }, { $who } hid { $thing }{ grounded }.
moderation-decided-remove = { $when }, { $who } removed { $thing }{ grounded }.
moderation-decided-redact = { $when }, { $who } redacted parts { $thing-of }{ grounded }.
moderation-decided-restore = { $when }, { $who } restored { $thing }{ grounded }.
moderation-decided-reject = { $when }, { $who } declared { $thing } inadmissible{ grounded }.
moderation-appealed = { $when }, { $who } appealed against the measure on { $thing }.
appeal-decided-upheld = { $when }, { $who } upheld the measure on { $thing } after an appeal.
appeal-decided-overturned = { $when }, { $who } undid the measure on { $thing } after an appeal.
appeal-decided-redacted = { $when }, { $who } restored { $thing } after an appeal, without the passages in question.
author-notified = { $when }, { $who } told the author { $thing-of }{ $channel ->
    [paper] { " " }in writing
    [meeting] { " " }in person
    [telephone] { " " }by telephone
    [letter] { " " }by letter
   *[web] { " " }online
}.

## Responses

place = { $place-given ->
    [yes] { " " }({ $place })
   *[no] { "" }
}
answer = { $when }, { $who } answered { $thing }
answer-anew = { $when }, { $who } answered { $thing } anew
outcome-under_review = under review{ place }
outcome-referred = referred to { $referred-given ->
    [yes] { $referred }
   *[no] another authority
}{ place }
outcome-adopted = adopted{ place }
outcome-adopted_with_changes = adopted with changes{ place }
outcome-partially_adopted = partially adopted{ place }
outcome-already_satisfied = already satisfied{ place }
outcome-deferred = deferred{ $until-known ->
    [yes] { " " }to { $until-date }
   *[no] { "" }
}{ place }
outcome-rejected = rejected{ place }
outcome-not_feasible = judged not feasible{ place }
outcome-closed_no_action = closed without action{ place }
outcome-debated = debated{ place }
outcome-selected = selected{ place }
response-published-under_review = { answer }: { outcome-under_review }.
response-published-referred = { answer }: { outcome-referred }.
response-published-answered = { answer }.
response-published-adopted = { answer }: { outcome-adopted }.
response-published-adopted_with_changes = { answer }: { outcome-adopted_with_changes }.
response-published-partially_adopted = { answer }: { outcome-partially_adopted }.
response-published-already_satisfied = { answer }: { outcome-already_satisfied }.
response-published-deferred = { answer }: { outcome-deferred }.
response-published-rejected = { answer }: { outcome-rejected }.
response-published-not_feasible = { answer }: { outcome-not_feasible }.
response-published-closed_no_action = { answer }: { outcome-closed_no_action }.
response-published-debated = { answer }: { outcome-debated }.
response-published-selected = { answer }: { outcome-selected }.
response-published-unstated = { answer }, without stating a decision.
response-superseded-under_review = { answer-anew }: { outcome-under_review }.
response-superseded-referred = { answer-anew }: { outcome-referred }.
response-superseded-answered = { answer-anew }.
response-superseded-adopted = { answer-anew }: { outcome-adopted }.
response-superseded-adopted_with_changes = { answer-anew }: { outcome-adopted_with_changes }.
response-superseded-partially_adopted = { answer-anew }: { outcome-partially_adopted }.
response-superseded-already_satisfied = { answer-anew }: { outcome-already_satisfied }.
response-superseded-deferred = { answer-anew }: { outcome-deferred }.
response-superseded-rejected = { answer-anew }: { outcome-rejected }.
response-superseded-not_feasible = { answer-anew }: { outcome-not_feasible }.
response-superseded-closed_no_action = { answer-anew }: { outcome-closed_no_action }.
response-superseded-debated = { answer-anew }: { outcome-debated }.
response-superseded-selected = { answer-anew }: { outcome-selected }.
response-superseded-unstated = { answer-anew }, without stating a decision.
response-corrected-text = { $when }, { $who } corrected the text of the response { $earlier-from }, without changing the decision.
response-corrected-entry = { $when }, the source altered its entry for the response { $earlier-from }; it does not say what changed.
response-corrected-signatory = { $when }, { $who } corrected the name or the capacity of who signed the response { $earlier-from }.
response-corrected-pointer = { $when }, { $who } corrected the reference that the response { $earlier-from } gives, without changing the decision.
response-contested = { $when }, { $who } contested the response { $earlier-from } { $thing-to }.

## Oversight, imports, gaps

role-granted = { $when }, { $who } entitled { $holder-given ->
    [yes] { $holder }
   *[no] somebody not named
} { $as ->
    [platform] to speak for the participants of its platform
    [moderator] to moderate
    [facilitator] to run the consultation
    [authority] to answer for the authority
    [assessor] to assess
    [guarantor] as a guarantor{ $mandated ->
        [named] { ", " }mandated by { $mandate }
        [unread] { ", " }on a mandate that can no longer be read
       *[no] { " " }(not mandated)
    }
   *[administrator] to administer the site
}.
role-revoked-ended = { $when }, { $who } ended a role: its task is over.
role-revoked-compromised = { $when }, { $who } ended a role: its key is lost, or known to others.
role-revoked-misused = { $when }, { $who } ended a role: it was used for something else.
role-revoked-mistaken = { $when }, { $who } ended a role that was given by mistake.
guarantor-observed = { $when }, { $who } put an observation on record.
guarantor-recommended = { $when }, { $who } made recommendation no. { $number }.
recommendation-answered-yes = { $when }, { $who } answered the guarantor's recommendation: it is followed.
recommendation-answered-partly = { $when }, { $who } answered the guarantor's recommendation: it is followed in part.
recommendation-answered-no = { $when }, { $who } answered the guarantor's recommendation: it is not followed.
import-sealed = { $when }, { $who } took over the source as found { $observed }: { $written ->
    [0] nothing new
    [one] { $written } new fact
   *[other] { $written } new facts
}, { $gaps ->
    [0] no gap
    [one] { $gaps } gap
   *[other] { $gaps } gaps
}.
item = { $missing-given ->
    [yes] “{ $missing }”
   *[no] an item
}
gap-declared-not_found = { $when }, { $who } noted a gap: { item } no longer exists on the original site.
gap-declared-vanished = { $when }, { $who } noted a gap: { $known ->
    [yes] { $thing }
   *[no] { item }
} is absent from that day's reading of the source, though an earlier reading had it.
gap-declared-unreadable = { $when }, { $who } noted a gap: { item } could not be read in the source.
gap-declared-not_kept = { $when }, { $who } noted a gap: { item } was not kept.
gap-declared-not_transcribed = { $when }, { $who } noted a gap: { item } still waits to be copied out.
gap-declared-debate_undated = { $when }, the source has a debate outcome and no day{ $known ->
    [yes] { " " }for { $thing }
   *[no] { "" }
}: whether one took place is unknown here.

## Erasures

erased-part = { $scope ->
    [author] the author's name
    [content] the content
   *[all] the content and the author's name
} { $known ->
    [yes] { $thing-of }
   *[no] of an act or a vote
}
erasure-ground = { $ground ->
    [no_longer_needed] it is no longer needed
    [consent_withdrawn] consent was withdrawn
    [objection] the person objects
    [unlawful] it was collected unlawfully
    [legal_obligation] the law asks for it
    [minor] the person was a minor
    [order] a court orders it
   *[third_person] somebody else is concerned
}
erasure-refusal = { $refusal ->
    [expression] freedom of expression prevails
    [legal_obligation] the law asks to keep it
    [public_interest] public interest asks to keep it
    [legal_claims] a court case needs it
    [not_theirs] it is about somebody else
    [not_personal] nothing in it is personal
   *[unsaid] no ground is given
}
erasure-requested = { $when }, { $requester ->
    [author] the author
    [concerned] somebody concerned
   *[controller] the controller of the data
} asked to erase { erased-part }: { erasure-ground }.
erasure-decided-granted = { $when }, { $who } agreed to the erasure asked for: { erasure-ground }.
erasure-decided-partly = { $when }, { $who } agreed to part of the erasure: for the rest, { erasure-refusal }.
erasure-decided-refused = { $when }, { $who } refused the erasure asked for: { erasure-refusal }.
erased = { $when }, { $who } erased { erased-part }: { erasure-ground }.
erasure-completed = { $when }, { $who } deleted from every file what had been erased.
taken-down = { $act ->
    [reference-text-published] the text
    [response-published] a response's text
    [response-corrected] a response's corrected text
    [response-superseded] a later response's text
    [amendment-decided] a decision's minutes
    [amendment-opinion-given] an opinion's text
   *[unknown] a public act's text
}
takedown-decided = { $when }, { $who } decided to take down { taken-down } ({ $ground }), if another person signs.
takedown-countersigned = { $when }, { $who } gave the second signature: from then on, this text is shown no more.
loss-cause = { $cause ->
    [disk_failed] a disk failed
    [backup_too_old] the last copy was older
    [copy_lost] the copy that held it is gone
    [software_fault] a program went wrong
   *[unknown] nobody knows how
}
parts-lost = { $when }, { $who } declared part of what was kept here lost, and not erased: { loss-cause }.
ledger-succeeded = { $when }, { $who } opened this record in the place of another one, part of which is lost: { loss-cause }.

## What is said beside a step

recorded-here = recorded here { $at }.
signed-by-holder = signed by this person, with a key that nobody else holds.
signed-on-behalf = signed by the operator of this site on behalf of this person, with a key kept for them.
inherited = from the trail { $thing-of }.
became = “{ $before }” became “{ $after }”.
breach-debated-after-closing = the debate was held after the closing
remark = note: { $remark }
note-changed-in-source = changed in the source { $at }, after it was published there; the text before is not known.
note-typed = received offline, then copied here{ $role ->
    [citizen] { "" }
    [platform] { "" }
   *[other] { " " }by { role }
}.
note-not-material = whoever changed it says that the meaning stays the same.
note-withdrawal-unexplained = the source does not say why.
note-ground = ground: { $ground }.
note-automated = an automatic decision, taken by no person.
note-votes-per-person = { $count ->
    [one] each person has one vote in this ballot.
   *[other] each person has at most { $count } votes in this ballot, one for each text.
}
note-counter = these figures are those of the original site; nothing was recounted here.
note-counter-version = the site then showed version { $version }; some of these figures may be older than it.
note-appeal-until = time for the author to appeal: until { $until-date } inclusive.
note-vanished = the source does not say why; an absence is not a withdrawal.
note-measure-unexplained = the source does not say why.
note-unsigned = { $what ->
    [capacity] the source does not say in which capacity this person answered.
    [erased] the name of the person who signed was erased.
    [person] the source names no person who signed it.
   *[signatory] the source does not say who answered, nor in which capacity.
}
note-threshold-unsaid = the source does not give this number.
note-decided-on = decided { $at }.
note-dated = answer dated { $at-date }.
note-group = { $named ->
    [yes] the same response also answers { $names }.
   *[no] { $others ->
        [one] the same response answers { $others } other contribution.
       *[other] the same response answers { $others } other contributions.
    }
}
note-reasons-above = the reasons given stand at the top of this page.
note-words-above = its words stand at the top of this page.
note-passages = { $count ->
    [one] { $count } passage was answered apart.
   *[other] { $count } passages were answered apart.
}
note-replaces = it replaces { $earlier-known ->
    [yes] the response { $earlier-from }
   *[no] an earlier response
}{ $readable ->
    [yes] , which can still be read here.
   *[no] .
}
note-revised = the source says: “{ $quote }”
note-before-unknown = the text of before is not known.

## The first sentence: what became of the idea

headline-prefixed = text { $prefix ->
    [erased] erased on request
    [taken_down] taken down by two people
    [removed] removed by moderation
    [hidden] hidden by moderation
    [redacted] partly redacted
   *[restored] restored
}; outcome: { $rest }
headline-appended = { $code ->
    [slipped] the commitment is behind its date.
    [insufficient] this answer was judged insufficient.
   *[contested] this outcome is contested by the author.
}
reason = { $code ->
    [law] the law
    [cost] the cost
    [technical] what can be built or done
    [competence] who is competent
    [safety] safety
    [environment] the environment
    [equity] fairness
    [priority] other priorities
    [already_planned] what is planned already
   *[public_support] what the consultation showed
}
headline-answered = { $fate }{ $referred-given ->
    [yes] { " " }({ $referred })
   *[no] { "" }
}{ $code ->
    [answered] { " " }{ $when }
   *[other] { $until-known ->
        [yes] { " " }to { $until-date }
       *[no] { "" }
    }, according to the response { $when-from }
}{ $place-given ->
    [yes] : { $place }{ $dated-known ->
        [yes] { " " }({ $dated-date })
       *[no] { "" }
    }.
   *[no] { $reasoned ->
        [yes] , on { $several ->
            [yes] these grounds
           *[no] this ground
        }: { $reasons }.
       *[no] { $quote-given ->
            [yes] : “{ $quote }”
           *[no] .
        }
    }
}
headline-amendment = { $fate } { $when } by { $who-alone }{ $quote-given ->
    [yes] : “{ $quote }”
   *[no] .
}
headline-closed = { $code ->
    [threshold_not_met] threshold not met: the vote closed without the supports that were asked.
    [expired] expired: its time ran out and nothing further is recorded.
   *[other] { $fate }; the act that decides it is not shown here.
}
headline-delivery = { $fate }.
headline-linked = { $how ->
    [duplicate_of] a duplicate { $named ->
        [yes] of { $heirs }
       *[no] of another text
    }
    [split_into] split { $named ->
        [yes] into { $heirs }
       *[no] into several texts
    }
   *[merged_into] merged { $named ->
        [yes] into { $heirs }
       *[no] into another text
    }
}{ $inherits ->
    [yes] , which became: { $fate }{ $place-given ->
        [yes] { " " }({ $place })
       *[no] { "" }
    }
   *[no] { "" }
}.
headline-withdrawn = { $fate } { $when }{ $quote-given ->
    [yes] { " " }(“{ $quote }”)
   *[no] { "" }
}{ $readable ->
    [yes] ; the text can still be read
   *[no] { "" }
}.
by-body = { $body-given ->
    [yes] { " " }({ $body })
   *[no] { "" }
}
headline-overdue = no answer: it was due by { $at-date } at the latest{ by-body }, and is { $days ->
    [one] { $days } day
   *[other] { $days } days
} late.
headline-due = awaiting a response: it is due by { $at-date } at the latest{ by-body }, { $days ->
    [0] today
    [one] tomorrow
   *[other] in { $days } days
}.
headline-undated = awaiting a response, without a fixed date{ by-body }.
headline-passed = awaiting a response: it was hoped for by { $at-date }{ by-body }, without any obligation.
headline-discharged = answered { $at }{ by-body }.
headline-transferred = awaiting a response of another body since { $at-date }.
headline-review = under review, as the authority announced { $when }; no decision is recorded yet.
headline-threshold = { $counted ->
    [yes] threshold of { $threshold } supports reached
   *[no] threshold of supports reached
} { $when }; { $covered-known ->
    [yes] as of { $covered-date }, last reading of the source, no response.
   *[no] no response is recorded to this day.
}
headline-unknown = { $official ->
    [yes] a text put to the public; what became of it is unknown here
   *[no] what became of it is unknown here
}: { $covered-known ->
    [yes] the source, as found { $covered }, held no response, and was not read again since.
   *[no] the source that was taken over does not contain the responses.
}
headline-no-duty = published, with no duty to respond: { $counted ->
    [yes] the { $threshold } supports that oblige somebody to answer are not reached.
   *[no] the rules of this consultation oblige nobody to answer.
}
headline-entered = { $fate } { $code ->
    [pending_moderation] since { $when-date }.
    [received] { $when }; not yet published.
   *[published] { $when }; { $official ->
        [yes] no decision is recorded to this day.
       *[no] no response is recorded to this day.
    }
}
headline-moderated = { $fate }{ $when-known ->
    [yes] { " " }{ $when }
   *[no] { "" }
}{ $appealed ->
    [yes] , after its author's appeal
   *[no] { "" }
}{ grounded }.
headline-examined = { $named ->
    [yes] examined by: { $who-alone }, who answered { $at }.
   *[no] { $unsaid ->
        [erased] answered { $at }; the name of the person who signed the response was erased.
       *[other] { $embodied ->
            [yes] response of: { $who-alone }, { $at }; the source names no person.
           *[no] answered { $at }; the source does not say who examined it, who answered, nor in which capacity.
        }
    }
}
headline-decided = { $decides ->
    [yes] { $at-known ->
        [yes] decision taken { $at }; by whom was not recorded separately
       *[no] neither who decided nor when was recorded separately
    }{ $worded ->
        [yes] ; the text of the response, below, may say so.
       *[no] .
    }
   *[no] no decision was recorded separately{ $worded ->
        [yes] ; the text of the response, below, may state one.
       *[no] .
    }
}
headline-replaced = a first response{ $earlier-known ->
    [yes] , given { $earlier },
   *[no] { "" }
} was replaced{ $readable ->
    [yes] ; it can still be read here.
   *[no] .
}
headline-revised = the source says: “{ $quote }”
headline-replaced-by = the first answer was given by { $who-alone }.
headline-observed = { $at }, { $who } put an observation on record about it.
headline-measured = the measure was taken by { $who-alone }{ $who-apposed ->
    [yes] { "" }
   *[no] , as a moderator
}.
headline-measured-first = before this appeal, moderation had decided { $when }: { $action }{ $grounded ->
    [yes] { " " }({ $ground })
   *[no] { "" }
}.
headline-unexamined = { $debated ->
    [yes] beyond that debate, nothing in this record says that an authority examined { $thing }.
   *[no] nothing in this record says that an authority examined { $thing }.
}
headline-unexamined-until = as of { $covered-date }, last reading, the source does not say that an authority examined { $thing }.
headline-corrected = { $told ->
    [yes] the response was corrected { $at }, without changing the decision.
   *[no] the source altered its entry for this response { $at }; it does not say what changed.
}
headline-debated = { $place ->
    [parliament] Parliament debated it { $at }.
    [council] the council debated it { $at }.
    [meeting] a public meeting debated it { $at }.
   *[online] a debate was held online { $at }.
}

## What is owed

debtor = { $body-given ->
    [yes] { $body }
   *[no] the authority (not named here)
}
rule = { $rule-given ->
    [yes] { " " }({ $rule }{ $timed ->
        [yes] : { $within ->
            [one] { $within } day
           *[other] { $within } days
        }
       *[no] { "" }
    })
   *[no] { "" }
}
owed-overdue = { debtor }: response due by { $at-date } at the latest{ rule }, { $days ->
    [one] { $days } day
   *[other] { $days } days
} late today. The time to answer was counted from { $since-date }.
owed-due = { debtor }: response due by { $at-date } at the latest{ rule }, { $days ->
    [0] today
    [one] tomorrow
   *[other] in { $days } days
}. The time to answer is counted from { $since-date }.
owed-undated = { debtor }: { $covered-known ->
    [yes] as of { $covered-date }, response awaited since { $since-date }{ rule }, no time limit recorded here; what followed is unknown here.
   *[no] response awaited since { $since-date }{ rule }, without a fixed date; nobody can call it late.
}
owed-passed = { debtor }: response hoped for by { $at-date }{ rule }; nothing obliges anybody to give it.
owed-discharged = the response that was due{ $deadline-known ->
    [yes] { " " }by { $deadline-date }
   *[no] { "" }
}{ rule } was given { $at }{ $late ->
    [yes] , { $days ->
        [one] { $days } day
       *[other] { $days } days
    } late
   *[no] { $deadline-known ->
        [yes] , in time
       *[no] { "" }
    }
}. No response is owed any more.
owed-transferred = the response is owed by another body since { $at-date }{ rule }.
owed-scope = { $scope ->
    [until] { " " }that this record knows of, as of { $covered-date }, last reading of the source
    [blind] { " " }that this record knows of; the source taken over does not contain the responses
   *[live] { " " }to this day
}
owed-nothing = { $why ->
    [answered] { $scope ->
        [live] no response is owed: one was given{ $answered-known ->
            [yes] { " " }{ $answered }
           *[no] { "" }
        }; no time limit for answering was recorded here.
       *[other] a response was given{ $answered-known ->
            [yes] { " " }{ $answered }
           *[no] { "" }
        }; nothing is owed{ owed-scope }.
    }
    [decided] a decision was taken: nothing is owed{ owed-scope }.
    [gone] nothing is owed{ owed-scope }.
    [threshold] { $covered-known ->
        [yes] as of { $covered-date }, last reading, a response was awaited since the threshold was reached
       *[no] a response is awaited since the threshold was reached
    }; the source does not say who owes it, nor by when: nobody can call it late.
    [unknown] { $covered-known ->
        [yes] unknown here since { $covered-date }: the source was not read again afterwards.
       *[no] unknown here: the source does not contain the responses; there may have been one.
    }
   *[none] { $threshold-known ->
        [yes] a response is required only from { $threshold } supports on: nothing is owed{ owed-scope }.
       *[no] nothing is owed{ owed-scope }.
    }
}
owed-delivery-unknown = where the response announces something, this page does not yet say whether it has been done.

## What can be done

next-appeal = for the author: appeal against the moderation measure, up to { $until-date } inclusive{ $appealed ->
    [yes] ; an appeal is recorded already.
   *[no] .
}
next-appeal-over = for the author: the time to appeal against the moderation measure ended on { $until-date }; { $appealed ->
    [yes] an appeal is recorded.
   *[no] no appeal is recorded.
}
next-hidden = for anybody else: nothing is provided for here; only the author can appeal, and the text is shown to nobody.
next-vote = support { $thing } or give an opinion: the vote is open.
in-brackets = { $body-given ->
    [yes] { " " }({ $body })
   *[no] { "" }
}
quoting = { $reference-given ->
    [yes] , quoting { $reference }
   *[no] { "" }
}
next-contest = for the author: say to those who gave the response{ in-brackets } that you contest it{ quoting }.
next-anyone = for anybody: follow this page, or write to those who gave the response{ in-brackets }{ quoting }.
next-no-address = this page does not know to which address one writes.
next-remind = ask the authority that owes it for the response{ in-brackets }{ quoting }. There is no response to contest yet.
next-guarantor = turn to the guarantor of the consultation{ $name-given ->
    [yes] , { $name }
   *[no] { "" }
}; this page gives no address.
next-wait = wait for the response, and come back to this page; it will be added here.
next-withdrawn = nothing on this text, which its author withdrew.
next-elsewhere = { $origin-given ->
    [yes] { $addressed ->
        [yes] look on the original site: { $origin }
       *[no] look on the original site, { $origin }, whose address was not recorded
    }{ $number-given ->
        [yes] { " " }(its number there: { $number })
       *[no] { "" }
    }. Nothing can be done about it here.
   *[no] nothing here; ask those who held the consultation what followed.
}
next-submit = submit another idea: submissions are open.
next-follow = follow this page: whatever comes next will be added here.

## Which text, how many votes

of-version = { $many ->
    [yes] version { $version }{ $written-known ->
        [yes] , written { $written }
       *[no] { $found-known ->
            [yes] , found { $found }{ $before-known ->
                [yes] { " " }(not yet there { $before })
               *[no] { "" }
            }
           *[no] { "" }
        }
    }
   *[no] { $changed ->
        [yes] the text as found (version 1)
       *[no] the only text (version 1)
    }
}
figures-counted = { of-version }: { $counts }, counted here one by one.
territory = { $name } { $count }
figures-territories = { of-version }, by area: { $territories }.
figures-paper = { of-version }: { $counts } on paper, counted by hand.
figures-observed = { of-version }: { $counts } according to the original site, as found { $at }; nothing is recounted here.
figures-none = { of-version }: no votes.
figures-together = { $counts } in all, counted here; each stays on the version that the person had read.
figures-one-counter = these { $readings } figures are one counter of the original site, read { $readings } times: they are not to be added.
figures-text-changed = the source says that the text was changed { $at }; the text before is not known, nor which of the two each vote was for.

## What the page does not know or prove

limit-hidden = { $waits ->
    [yes] the text is not shown: moderation has decided nothing about it.
   *[no] the text is shown to nobody here: you cannot judge the ground for yourself.
}
limit-overdue = the record does not know why no response came, nor what may have been said elsewhere.
limit-group = the same response answers several contributions; the record does not say which part of it is about this one.
limit-after = whatever came after { $covered-date } is unknown here{ $parliament ->
    [yes] ; other parliamentary business, where the source lists any, is not taken over.
   *[no] .
}
limit-no-answers = the source does not say who read this text, who decided, or whether anybody decided.
limit-before-unknown = some texts, or what they said before a change, are missing from the source.
limit-answer = the record keeps what the response says; it does not prove that it is right, nor that it is carried out.
limit-observed = the figures found are those of the original site; nobody can recount them here, or know who voted.
limit-counted = the votes can be recounted, but nothing proves that two votes come from two people.
limit-unsigned = the responses are not signed electronically: one must believe { $taken ->
    [yes] the original site, and whoever keeps this record.
   *[no] whoever keeps this record.
}
limit-outside = what was said or done outside the record is not in it.
limit-witness = { $cosigned ->
    [all] outside witnesses have confirmed this record; nothing proves that they do not act together with whoever keeps it.
    [part] outside witnesses have confirmed this record, but not yet every act on this page.
   *[none] no outside witness has confirmed this record yet: checking it proves only that it does not contradict itself.
}
limit-demonstration = everything is invented: this is a demonstration.

## How to check

check-verify = do all the sums of the record again on your own computer{ $command-given ->
    [yes] , with this command: “{ $command }”.
   *[no] : the page “How to check” says how.
}
check-needs = it takes the program devenir, whose source is free, and, to check the texts too, the record as one file: { $contact-given ->
    [yes] for both, write to { $contact }.
   *[no] ask whoever keeps it; no address was given.
}
check-receipt = whoever submitted this should keep the receipt given then: the entry that it names must stand, at its place, in every copy.
check-alone = the command redoes everything on your computer: you need not believe whoever keeps the record; without an outside witness it proves only that the record does not contradict itself.
check-source = compare with { $addressed ->
    [yes] { $origin }
   *[no] { $origin-given ->
        [yes] the original site, { $origin }, whose address was not recorded
       *[no] the original files
    }
}: the record keeps what it takes to recognise, later, the files taken over.

## The page

about = { kind }{ $reference-given ->
    [yes] { " " }{ $reference }
   *[no] { "" }
}{ $consultation-given ->
    [yes] , { $consultation }
   *[no] { "" }
}
today = page of { $at-date }.
steps-taken-over = all of this was recorded here { $at }, from another site.
amendments-folded = { $count } amendments were proposed on unknown dates; neither their texts nor what became of them are in the source.
folded-line = { $label }: { $words }
folded-more = and { $count } others.
banner-demonstration = demonstration: places, people and words are invented.
heading-owed = what is owed
heading-next = what can be done now
heading-versions = the text and the votes
heading-steps = what happened
heading-limits = what this page does not know or prove
heading-checks = how to check
label-why = why
label-where = where
label-title = title
label-text = text
label-words = says
label-observed = what the guarantor says
label-added = added
label-removed = removed
label-before = { $section }, before
label-after = { $section }, after
label-local-status = local status
label-theme = theme
label-territory = area
label-place = place
label-link = address
labelled = { $label }: { $words }
labelled-cut = { $label }: { $words } (cut here; the page has the whole)
pointer-dated = { $at-date }
