-- What must hold of surveys at any moment; every query returns the rows that break it, so none.

-- name: one_invitation_per_ticket
SELECT ticket_id, count(*) FROM surveys_invitation GROUP BY ticket_id HAVING count(*) > 1;

-- name: at_most_one_answer_per_invitation
SELECT invitation_id, count(*) FROM surveys_response GROUP BY invitation_id HAVING count(*) > 1;

-- name: answered_has_its_response
SELECT i.id, i.state FROM surveys_invitation i LEFT JOIN surveys_response r ON r.invitation_id = i.id
 WHERE (i.state = 'answered') <> (r.id IS NOT NULL);

-- name: mailed_invitation_has_one_mail
SELECT i.id, i.state, count(m.id) FROM surveys_invitation i
  LEFT JOIN mail_outgoingmail m ON m.key = 'survey-' || i.uid::text
 GROUP BY i.id HAVING count(m.id) <> CASE WHEN i.is_mailed THEN 1 ELSE 0 END;

-- name: mailed_invitation_was_sent
SELECT id, state FROM surveys_invitation WHERE is_mailed AND state NOT IN ('sent', 'answered');

-- name: answer_within_its_time
SELECT i.id FROM surveys_invitation i JOIN surveys_response r ON r.invitation_id = i.id
 WHERE r.answered_at < i.sent_at OR r.answered_at > i.expires_at;

-- name: test_ticket_gets_no_mail
SELECT i.id FROM surveys_invitation i JOIN tickets_ticket t ON t.id = i.ticket_id WHERE t.is_test AND i.is_mailed;

-- name: invitation_of_its_tickets_shop
SELECT i.id FROM surveys_invitation i JOIN tickets_ticket t ON t.id = i.ticket_id
  LEFT JOIN surveys_response r ON r.invitation_id = i.id
 WHERE i.shop_id <> t.shop_id OR r.shop_id <> i.shop_id;

-- name: every_sent_invitation_has_its_event
SELECT i.id, i.state FROM surveys_invitation i
 WHERE i.state IN ('sent', 'answered')
   AND NOT EXISTS (SELECT 1 FROM events_event e
                    WHERE e.stream = 'ticket:' || i.ticket_id AND e.kind = 'survey.invite');

-- name: every_answer_has_its_event
SELECT r.id FROM surveys_response r JOIN surveys_invitation i ON i.id = r.invitation_id
 WHERE (SELECT count(*) FROM events_event e
         WHERE e.stream = 'ticket:' || i.ticket_id AND e.kind = 'survey.answer') <> 1;

-- name: nothing_waits_long_past_its_time
SELECT id, next_try_at FROM surveys_invitation
 WHERE next_try_at < statement_timestamp() - interval '10 minutes' AND attempts = 0;
