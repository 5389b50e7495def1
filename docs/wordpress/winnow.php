<?php
/**
 * Plugin Name: Winnow
 * Description: Lets the official Akismet plugin ask your own Winnow, shows its scores, and passes export and erasure requests on. The Akismet plugin itself stays as it is.
 * License: MIT
 *
 * Copyright Winnow contributors.
 *
 * Put this file into wp-content/mu-plugins/ and these two lines into wp-config.php, with your site's key and your server's address:
 *
 *     define( 'WPCOM_API_KEY', '0123456789ab' );
 *     define( 'WINNOW_URL', 'https://winnow.example.org' );
 */

defined( 'ABSPATH' ) || exit;

/** Seconds to wait for an answer. The Akismet plugin would wait for three times 15. */
const WINNOW_SECONDS = 5;

/** Seconds for which nobody waits again, after an answer did not come: comments go to Pending at once meanwhile. */
const WINNOW_PAUSE = 30;

/**
 * Tells whether a request is meant for Akismet: by its address, or, when the plugin tries addresses by number, by its Host header.
 *
 * @param string $url     Address of the request.
 * @param mixed  $headers Headers of the request.
 */
function winnow_is_for_akismet( $url, $headers ) {
	$names = array( wp_parse_url( $url, PHP_URL_HOST ) );
	foreach ( is_array( $headers ) ? $headers : array() as $name => $value ) {
		if ( 'host' === strtolower( $name ) ) {
			$names[] = $value;
		}
	}
	foreach ( $names as $name ) {
		if ( is_string( $name ) && preg_match( '/^(?:[^.]+\.)?rest\.akismet\.com$/i', $name ) ) {
			return true;
		}
	}
	return false;
}

/**
 * Sends what is meant for Akismet to Winnow, and gives WordPress the answer in place of the request's own.
 *
 * @param mixed  $answer What another plugin answered already, or false.
 * @param array  $args   Arguments of the request.
 * @param string $url    Address of the request.
 */
function winnow_instead_of_akismet( $answer, $args, $url ) {
	if ( false !== $answer || ! defined( 'WINNOW_URL' ) || ! winnow_is_for_akismet( $url, $args['headers'] ) ) {
		return $answer;
	}
	if ( is_array( $args['headers'] ) ) {
		unset( $args['headers']['Host'], $args['headers']['host'] );
	}
	$path  = (string) wp_parse_url( $url, PHP_URL_PATH );
	$query = (string) wp_parse_url( $url, PHP_URL_QUERY );
	$check = '/comment-check' === substr( $path, -14 );
	if ( $check && get_transient( 'winnow_silent' ) ) {
		return winnow_no_verdict();
	}
	$args['timeout']     = WINNOW_SECONDS;
	$args['redirection'] = 0; // the request carries the key: it goes to this server and no other
	$answer              = wp_remote_request( rtrim( WINNOW_URL, '/' ) . $path . ( '' === $query ? '' : '?' . $query ), $args );
	if ( ! $check ) {
		return $answer;
	}
	if ( is_wp_error( $answer ) ) {
		set_transient( 'winnow_silent', 1, WINNOW_PAUSE );
	}
	if ( ! winnow_is_verdict( $answer ) ) {
		return winnow_no_verdict();
	}
	winnow_note( $answer, $args['body'] );
	return $answer;
}

/**
 * Tells whether an answer to comment-check is a verdict that was stored.
 *
 * @param array|WP_Error $answer The server's answer.
 */
function winnow_is_verdict( $answer ) {
	return 200 === wp_remote_retrieve_response_code( $answer )
		&& in_array( wp_remote_retrieve_body( $answer ), array( 'true', 'false' ), true )
		&& wp_remote_retrieve_header( $answer, 'x-akismet-guid' );
}

/**
 * Gives the answer that leaves a comment pending, to be checked again later. Its guid matters: without one the Akismet plugin
 * (5.3.7 and later) does not find the comment that the answer is about, and publishes it.
 */
function winnow_no_verdict() {
	return array(
		'headers'  => array( 'x-akismet-guid' => str_replace( '-', '', wp_generate_uuid4() ) ),
		'body'     => '',
		'response' => array(
			'code'    => 503,
			'message' => 'No verdict',
		),
		'cookies'  => array(),
		'filename' => null,
	);
}

add_filter( 'pre_http_request', 'winnow_instead_of_akismet', 10, 3 );

// Why: what Winnow said of a comment, kept with it and shown in the list of comments.

/**
 * Keeps verdict, scores and reason of an answer: with the comment it names, or for the one that is about to be stored.
 *
 * @param array        $answer The server's answer.
 * @param string|array $body   The form that was sent.
 */
function winnow_note( $answer, $body ) {
	$said = array();
	foreach ( array( 'verdict', 'score', 'reason' ) as $name ) {
		$said[ $name ] = sanitize_text_field( rawurldecode( (string) wp_remote_retrieve_header( $answer, 'x-winnow-' . $name ) ) );
	}
	if ( '' === $said['verdict'] ) {
		return;
	}
	$form = array();
	if ( is_array( $body ) ) {
		$form = $body;
	} else {
		parse_str( (string) $body, $form );
	}
	if ( ! empty( $form['comment_ID'] ) ) {
		update_comment_meta( (int) $form['comment_ID'], '_winnow', $said );
	} else {
		winnow_waiting( $said );
	}
}

/**
 * Hands on what was said of the comment that is about to be stored.
 *
 * @param array|null $said What was said; null takes it.
 */
function winnow_waiting( $said = null ) {
	static $waiting = null;
	$taken          = $waiting;
	$waiting        = $said;
	return $taken;
}

/**
 * Keeps what was said with the comment that was just stored.
 *
 * @param int $comment_id The comment's number.
 */
function winnow_stored( $comment_id ) {
	$said = winnow_waiting();
	if ( null !== $said ) {
		update_comment_meta( $comment_id, '_winnow', $said );
	}
}

/**
 * Adds a column to the list of comments.
 *
 * @param array $columns Columns by name.
 */
function winnow_column( $columns ) {
	$columns['winnow'] = 'Winnow';
	return $columns;
}

/**
 * Fills the column: verdict, scores, reason.
 *
 * @param string $column     The column's name.
 * @param int    $comment_id The comment's number.
 */
function winnow_cell( $column, $comment_id ) {
	$said = 'winnow' === $column ? get_comment_meta( $comment_id, '_winnow', true ) : '';
	if ( ! is_array( $said ) ) {
		return;
	}
	echo '<strong>' . esc_html( $said['verdict'] ) . '</strong>';
	$said['score'] = str_replace( array( '=', ';' ), array( ' ', ',' ), $said['score'] );
	foreach ( array( 'score', 'reason' ) as $name ) {
		if ( '' !== $said[ $name ] ) {
			echo '<br>' . esc_html( $said[ $name ] );
		}
	}
}

add_action( 'wp_insert_comment', 'winnow_stored' );
add_filter( 'manage_edit-comments_columns', 'winnow_column' );
add_action( 'manage_comments_custom_column', 'winnow_cell', 10, 2 );

// Privacy: what WordPress exports or erases of a person (Tools, Export and Erase Personal Data) is exported or erased in Winnow too.

/**
 * Asks Winnow about a person, or to forget them; gives what it said, or null when it could not be asked.
 *
 * @param string $method GET or DELETE.
 * @param string $query  Whom, and from where on.
 */
function winnow_subjects( $method, $query ) {
	$key    = class_exists( 'Akismet' ) ? Akismet::get_api_key() : ( defined( 'WPCOM_API_KEY' ) ? WPCOM_API_KEY : '' );
	$answer = wp_remote_request(
		rtrim( WINNOW_URL, '/' ) . '/v1/subjects?' . $query,
		array(
			'method'      => $method,
			'timeout'     => 30,
			'redirection' => 0,
			'headers'     => array( 'Authorization' => 'Bearer ' . $key ),
		)
	);
	$said   = json_decode( wp_remote_retrieve_body( $answer ), true );
	return 200 === wp_remote_retrieve_response_code( $answer ) && is_array( $said ) ? $said : null;
}

/**
 * Adds Winnow to those who export.
 *
 * @param array $exporters Exporters by name.
 */
function winnow_exporters( $exporters ) {
	$exporters['winnow'] = array(
		'exporter_friendly_name' => 'Winnow',
		'callback'               => 'winnow_export',
	);
	return $exporters;
}

/**
 * Gives what Winnow stores of a person. An export that lacks it must not look whole: WordPress then says that it failed.
 *
 * @param string $email The person's e-mail address.
 * @param int    $page  Number of the page that WordPress asks for.
 */
function winnow_export( $email, $page = 1 ) {
	$mark  = 'winnow_export_' . md5( $email );
	$after = $page > 1 ? (string) get_transient( $mark ) : '';
	$said  = defined( 'WINNOW_URL' ) ? winnow_subjects( 'GET', 'email=' . rawurlencode( $email ) . '&after=' . $after ) : array();
	if ( null === $said ) {
		return new WP_Error( 'winnow', 'Winnow could not be asked what it keeps. Try again when it can be reached.' );
	}
	$data = array();
	foreach ( isset( $said['comments'] ) ? $said['comments'] : array() as $each ) {
		$data[] = array(
			'group_id'    => 'winnow',
			'group_label' => 'Winnow',
			'item_id'     => 'winnow-' . $each['id'],
			'data'        => winnow_exported( $each ),
		);
	}
	$next = isset( $said['next'] ) ? $said['next'] : '';
	set_transient( $mark, $next, 600 );
	return array(
		'data' => $data,
		'done' => '' === $next,
	);
}

/**
 * Puts a stored comment into the pairs of name and value that WordPress prints.
 *
 * @param array $stored The comment as Winnow told it.
 */
function winnow_exported( $stored ) {
	$pairs = array(
		array(
			'name'  => 'received',
			'value' => gmdate( 'Y-m-d H:i:s', (int) $stored['received_at'] ),
		),
		array(
			'name'  => 'verdict',
			'value' => $stored['verdict'],
		),
	);
	foreach ( $stored['comment'] as $name => $value ) {
		if ( is_string( $value ) && '' !== $value ) {
			$pairs[] = array(
				'name'  => $name,
				'value' => $value,
			);
		}
	}
	return $pairs;
}

add_filter( 'wp_privacy_personal_data_exporters', 'winnow_exporters' );

/**
 * Adds Winnow to those who erase.
 *
 * @param array $erasers Erasers by name.
 */
function winnow_erasers( $erasers ) {
	$erasers['winnow'] = array(
		'eraser_friendly_name' => 'Winnow',
		'callback'             => 'winnow_erase',
	);
	return $erasers;
}

/**
 * Asks Winnow to forget a person. What could not be erased is said, so that the request is not taken for done.
 *
 * @param string $email The person's e-mail address.
 */
function winnow_erase( $email ) {
	$result = array(
		'items_removed'  => false,
		'items_retained' => false,
		'messages'       => array(),
		'done'           => true,
	);
	if ( ! defined( 'WINNOW_URL' ) ) {
		return $result;
	}
	$said = winnow_subjects( 'DELETE', 'email=' . rawurlencode( $email ) );
	if ( ! isset( $said['erased'] ) ) {
		$result['items_retained'] = true;
		$result['messages'][]     = 'Winnow could not be asked to erase what it keeps. Try again when it can be reached.';
	} else {
		$result['items_removed'] = $said['erased'] > 0;
	}
	return $result;
}

add_filter( 'wp_privacy_personal_data_erasers', 'winnow_erasers' );
